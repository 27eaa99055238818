package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.test.ClosedPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** nginx in front of a server on another port: it ends TLS, with a certificate of {@code own.pem}, and buffers nothing. */
final class NginxServer implements AutoCloseable {
    private final Process process;
    private final int port;

    private NginxServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Skips the test where there is no nginx. {@code folder} has the certificate, and gets what nginx writes. */
    static NginxServer start(int toPort, Path folder) throws IOException, InterruptedException {
        String program = find();
        int port = ClosedPort.find();
        Path configuration = Files.writeString(folder.resolve("nginx.conf"), configuration(port, toPort, folder));
        Process process = new ProcessBuilder(
                        program, "-p", folder.toString(), "-c", configuration.toString(), "-e", "stderr")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.log").toFile())
                .start();
        NginxServer server = new NginxServer(process, port);
        server.awaitListening(folder);
        return server;
    }

    String url(String path) {
        return "https://localhost:" + port + path;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static String find() throws InterruptedException {
        // It is in a folder of administrators, which not everybody has in their path.
        for (String program : new String[] {"nginx", "/usr/sbin/nginx"}) {
            if (NodePackages.succeeds(Path.of("."), program, "-v")) return program;
        }
        NodePackages.unavailable("nginx does not run");
        throw new AssertionError();
    }

    private void awaitListening(Path folder) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < 500; attempt++) {
            if (!process.isAlive()) break;
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                Thread.sleep(20); // it does not say when it listens
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException("nginx does not listen: " + Files.readString(folder.resolve("nginx.log")));
    }

    /** One process, in the foreground, that writes below {@code folder} alone. */
    private static String configuration(int port, int toPort, Path folder) {
        return """
                daemon off;
                master_process off;
                pid %1$s/nginx.pid;
                events { worker_connections 64; }
                http {
                  access_log off;
                  client_body_temp_path %1$s/body;
                  proxy_temp_path %1$s/proxy;
                  fastcgi_temp_path %1$s/fastcgi;
                  uwsgi_temp_path %1$s/uwsgi;
                  scgi_temp_path %1$s/scgi;
                  server {
                    listen 127.0.0.1:%2$d ssl;
                    ssl_certificate %1$s/own.pem;
                    ssl_certificate_key %1$s/own.key;
                    ssl_protocols TLSv1.2 TLSv1.3;
                    location / {
                      proxy_pass http://127.0.0.1:%3$d;
                      proxy_http_version 1.1;
                      proxy_set_header Connection "";
                      proxy_buffering off;
                      proxy_request_buffering off;
                      proxy_cache off;
                    }
                  }
                }
                """.formatted(folder, port, toPort);
    }
}
