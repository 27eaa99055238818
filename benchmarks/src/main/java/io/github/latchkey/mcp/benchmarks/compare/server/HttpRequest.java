package io.github.latchkey.mcp.benchmarks.compare.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** The request that a connection is receiving, HTTP/1.1: what has come so far, and whether it is all there. */
final class HttpRequest {
    private byte[] bytes = new byte[4096];
    private int end;
    private int searched;

    private String method = "";
    private String path = "";
    private int bodyStart = -1;
    private int bodyLength;
    private boolean chunked;
    private boolean close;
    private boolean expectsContinue;

    /** Of a chunked body: where the next line of a chunk begins. What came before is joined in its place. */
    private int chunkAt;

    private int requestEnd;

    void append(ByteBuffer received) {
        int count = received.remaining();
        if (bytes.length - end < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, end + count));
        }
        received.get(bytes, end, count);
        end += count;
    }

    boolean isComplete() throws IOException {
        if (bodyStart < 0 && !readHead()) {
            return false;
        }
        if (chunked) {
            return joinChunks();
        }
        requestEnd = bodyStart + bodyLength;
        return end >= requestEnd;
    }

    /** Once for a request whose body waits for it. */
    boolean wantsContinue() {
        boolean wants = bodyStart >= 0 && expectsContinue;
        expectsContinue = false;
        return wants;
    }

    void next() {
        System.arraycopy(bytes, requestEnd, bytes, 0, end - requestEnd);
        end -= requestEnd;
        searched = 0;
        bodyStart = -1;
        expectsContinue = false;
    }

    boolean wantsClose() {
        return close;
    }

    String method() {
        return method;
    }

    String path() {
        return path;
    }

    Message message() {
        return new Message(bytes, bodyStart, bodyLength);
    }

    private boolean readHead() {
        for (int i = Math.max(searched, 3); i < end; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                bodyStart = i + 1;
                readLines(new String(bytes, 0, i - 3, StandardCharsets.ISO_8859_1).split("\r\n"));
                return true;
            }
        }
        searched = end;
        return false;
    }

    private void readLines(String[] lines) {
        String[] first = lines[0].split(" ");
        method = first[0];
        path = first[1];
        bodyLength = 0;
        chunked = false;
        close = false;
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            readHeader(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).trim());
        }
        chunkAt = bodyStart;
    }

    private void readHeader(String name, String value) {
        switch (name) {
            case "content-length" -> bodyLength = Integer.parseInt(value);
            case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
            case "connection" -> close = value.equalsIgnoreCase("close");
            case "expect" -> expectsContinue = value.equalsIgnoreCase("100-continue");
            default -> {}
        }
    }

    private boolean joinChunks() throws IOException {
        while (true) {
            int lineEnd = lineEnd(chunkAt);
            if (lineEnd < 0) {
                return false;
            }
            int size = size(chunkAt, lineEnd);
            int data = lineEnd + 2;
            if (end < data + size + 2) {
                return false;
            }
            if (size == 0) {
                requestEnd = data + 2;
                return true;
            }
            System.arraycopy(bytes, data, bytes, bodyStart + bodyLength, size);
            bodyLength += size;
            chunkAt = data + size + 2;
        }
    }

    private int lineEnd(int from) {
        for (int i = from; i + 1 < end; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private int size(int from, int to) throws IOException {
        String line = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        int extension = line.indexOf(';');
        try {
            return Integer.parseInt((extension < 0 ? line : line.substring(0, extension)).trim(), 16);
        } catch (NumberFormatException e) {
            throw new IOException("not a chunk: " + line, e);
        }
    }
}
