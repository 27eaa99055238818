package io.github.latchkey.mcp.inspector;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Speaks TLS for a plain server on another port, with certificates that nobody knows; those are files in a folder. */
final class TlsServer implements AutoCloseable {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> clients = new CopyOnWriteArrayList<>();
    private final SSLServerSocket server;
    private final int toPort;

    private TlsServer(SSLServerSocket server, int toPort) {
        this.server = server;
        this.toPort = toPort;
    }

    /** Makes {@code <name>.pem} and {@code <name>.key} in {@code folder}. */
    static KeyStore makeCertificate(Path folder, String name) throws IOException, GeneralSecurityException {
        Path file = folder.resolve(name + ".p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        String command = "-genkeypair -alias own -keyalg EC -groupname secp256r1 -dname CN=" + name
                + " -ext san=dns:localhost -storetype PKCS12 -storepass changeit -keystore";
        ProcessBuilder builder = new ProcessBuilder();
        builder.command().add(keytool.toString());
        builder.command().addAll(List.of(command.split(" ", -1)));
        builder.command().add(file.toString());
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD);
        Files.writeString(
                folder.resolve(name + ".pem"),
                pem("CERTIFICATE", store.getCertificate("own").getEncoded()));
        Files.writeString(
                folder.resolve(name + ".key"),
                pem("PRIVATE KEY", store.getKey("own", PASSWORD).getEncoded()));
        return store;
    }

    /** Wants a certificate that {@code clients} has, unless that is empty. */
    static TlsServer start(int toPort, KeyStore own, List<KeyStore> clients)
            throws IOException, GeneralSecurityException {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (KeyStore client : clients) {
            trusted.setCertificateEntry("client-" + trusted.size(), client.getCertificate("own"));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(clients.isEmpty() ? own : trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        SSLServerSocket socket = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        socket.setNeedClientAuth(!clients.isEmpty());
        TlsServer server = new TlsServer(socket, toPort);
        daemon(server::accept);
        return server;
    }

    String url() {
        return "https://localhost:" + server.getLocalPort() + "/mcp";
    }

    /** Who identified, in order. */
    List<String> clients() {
        return clients;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) socket.close();
    }

    private void accept() {
        try {
            while (true) {
                SSLSocket socket = (SSLSocket) server.accept();
                sockets.add(socket);
                daemon(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(SSLSocket socket) {
        try {
            socket.startHandshake();
            if (server.getNeedClientAuth())
                clients.add(socket.getSession().getPeerPrincipal().getName());
            Socket plain = new Socket(InetAddress.getLoopbackAddress(), toPort);
            sockets.add(plain);
            daemon(() -> copy(plain, socket));
            copy(socket, plain);
        } catch (IOException e) {
            // the client has gone
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            from.close();
            to.close();
        } catch (IOException e) {
            // one side has gone, and close() closes the other
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "tls-server");
        thread.setDaemon(true);
        thread.start();
    }

    static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(Objects.requireNonNull(der))
                + "\n-----END " + label + "-----\n";
    }
}
