package io.github.latchkey.mcp.benchmarks.compare.clients;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** One connection, and just enough of HTTP for the answers of the server of this comparison. */
final class HttpSocket {
    private final String host;
    private final OutputStream out;
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;

    HttpSocket(URI url) throws IOException {
        Socket socket = new Socket(url.getHost(), url.getPort());
        socket.setTcpNoDelay(true);
        host = url.getAuthority();
        out = socket.getOutputStream();
        in = socket.getInputStream();
    }

    /** The bytes of the answer's body. */
    long post(String path, byte[] body) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream(body.length + 512);
        request.writeBytes(head(path, body.length).getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        request.writeTo(out);
        return read();
    }

    private String head(String path, int length) {
        return "POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: " + Bytes.CONTENT_TYPE
                + "\r\nAccept: "
                + Bytes.ACCEPT + "\r\n" + Bytes.VERSION_HEADER + ": " + Bytes.VERSION + "\r\nContent-Length: " + length
                + "\r\n\r\n";
    }

    private long read() throws IOException {
        String status = line();
        if (status.charAt(9) != '2') {
            throw new IOException(status);
        }
        int length = -1;
        for (String header = line(); !header.isEmpty(); header = line()) {
            if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                length = Integer.parseInt(header.substring(15).trim());
            }
        }
        return length < 0 ? readChunks() : bytes(length).length;
    }

    private long readChunks() throws IOException {
        long total = 0;
        while (true) {
            int size = Integer.parseInt(line(), 16);
            total += bytes(size).length;
            line();
            if (size == 0) {
                return total;
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        while (true) {
            if (at == end) {
                fill();
            }
            char next = (char) buffer[at++];
            if (next == '\n') {
                line.setLength(line.length() - 1);
                return line.toString();
            }
            line.append(next);
        }
    }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length) {
            if (at == end) {
                fill();
            }
            int count = Math.min(end - at, length - done);
            System.arraycopy(buffer, at, bytes, done, count);
            at += count;
            done += count;
        }
        return bytes;
    }

    private void fill() throws IOException {
        at = 0;
        end = in.read(buffer);
        if (end < 0) {
            throw new EOFException();
        }
    }
}
