package io.github.latchkey.mcp.http.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Asks a SOCKS proxy for a connection (RFC 1928), with a user and password if it wants them (RFC 1929). The JDK can do that, too,
 * but takes the password from a global place and looks up names itself first.
 */
final class SocksHandshake {
    private static final int VERSION = 5;
    private static final int NO_AUTHENTICATION = 0;
    private static final int USER_AND_PASSWORD = 2;
    private static final int CONNECT = 1;
    private static final int IPV4 = 1;
    private static final int DOMAIN = 3;
    private static final int IPV6 = 4;
    private static final int MAX_BYTES = 255;

    private final ProxyServer proxy;
    private final DataInputStream in;
    private final OutputStream out;

    SocksHandshake(ProxyServer proxy, InputStream in, OutputStream out) {
        this.proxy = proxy;
        this.in = new DataInputStream(in);
        this.out = out;
    }

    /** Returns when the connection to {@code host}, a name or an address, is there. */
    void connect(String host, byte @Nullable [] address, int port) throws IOException {
        greet();
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.write(new byte[] {VERSION, CONNECT, 0});
        if (address == null) {
            byte[] name = bytes(host);
            request.write(DOMAIN);
            request.write(name.length);
            request.write(name);
        } else {
            request.write(address.length == 4 ? IPV4 : IPV6);
            request.write(address);
        }
        request.write(port >> 8);
        request.write(port);
        send(request);
        readReply();
    }

    private void greet() throws IOException {
        boolean hasCredentials = proxy.getHasCredentials();
        out.write(
                hasCredentials
                        ? new byte[] {VERSION, 2, NO_AUTHENTICATION, USER_AND_PASSWORD}
                        : new byte[] {VERSION, 1, NO_AUTHENTICATION});
        out.flush();
        if (in.readUnsignedByte() != VERSION) throw refusal("does not speak SOCKS 5", "check its address and port");
        int method = in.readUnsignedByte();
        if (method == NO_AUTHENTICATION) return;
        if (method != USER_AND_PASSWORD || !hasCredentials) {
            throw refusal(
                    hasCredentials ? "wants another way to sign in" : "wants a user and a password",
                    "give them in " + proxy.getSetBy() + ", as socks5://user:password@host:port");
        }
        signIn();
    }

    private void signIn() throws IOException {
        byte[] user = bytes(String.valueOf(proxy.getUser()));
        byte[] password = bytes(proxy.getPassword() == null ? "" : proxy.getPassword());
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.write(1);
        request.write(user.length);
        request.write(user);
        request.write(password.length);
        request.write(password);
        send(request);
        in.readUnsignedByte();
        if (in.readUnsignedByte() != 0) {
            throw refusal(
                    "refused its user and password",
                    "correct the user and password of the proxy in " + proxy.getSetBy());
        }
    }

    private void readReply() throws IOException {
        in.readUnsignedByte();
        int reply = in.readUnsignedByte();
        if (reply != 0) {
            throw refusal(
                    "could not connect: " + meaning(reply),
                    "check the host and port in the URL, and what the proxy allows");
        }
        in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int length = type == IPV4 ? 4 : type == IPV6 ? 16 : in.readUnsignedByte();
        in.readFully(new byte[length + 2]);
    }

    private void send(ByteArrayOutputStream request) throws IOException {
        out.write(request.toByteArray());
        out.flush();
    }

    private byte[] bytes(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_BYTES)
            throw refusal("cannot be told a name of more than 255 bytes", "use a shorter one");
        return bytes;
    }

    /** RFC 1928 §6. */
    private static String meaning(int reply) {
        switch (reply) {
            case 2:
                return "it is not allowed";
            case 3:
                return "the network is unreachable";
            case 4:
                return "the host is unreachable";
            case 5:
                return "connection refused";
            case 6:
                return "the time to live expired";
            default:
                return "failure " + reply;
        }
    }

    private ProxyException refusal(String what, String remedy) {
        return new ProxyException(new EngineFault(
                EngineFault.Kind.NO_CONNECTION, "the proxy " + proxy + " " + what, remedy, false, null, true));
    }
}
