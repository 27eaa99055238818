package io.github.latchkey.mcp.benchmarks.compare.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** The answers, prepared: only ids and progress tokens are put in. */
final class Answers {
    private static final String PROGRESS_END = ",\"total\":1000,\"message\":\"one step of a thousand\"}}\n\n";

    private static final String TOOLS_PATH = "/tools/";
    private static final String PROGRESS_PATH = "/progress/";

    private static final byte[] GO_ON = ascii("HTTP/1.1 100 Continue\r\n\r\n");
    private static final byte[] ACCEPTED = ascii("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    private static final byte[] NO_STREAM =
            ascii("HTTP/1.1 405 Method Not Allowed\r\nAllow: POST\r\nContent-Length: 0\r\n\r\n");
    private static final byte[] UNAUTHORIZED = ascii("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\n"
            + "Content-Type: application/json\r\nContent-Length: 24\r\n\r\n{\"error\":\"unauthorized\"}");

    private static final byte[] JSON_HEAD =
            ascii("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ");
    private static final byte[] STREAM_HEAD = ascii("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            + "Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n");
    private static final byte[] STREAM_END = ascii("0\r\n\r\n");
    private static final byte[] END_OF_HEAD = ascii("\r\n\r\n");
    private static final byte[] END_OF_LINE = ascii("\r\n");

    private static final byte[] BEFORE_ID = ascii("{\"jsonrpc\":\"2.0\",\"id\":");
    private static final byte[] BEFORE_ID_IN_STREAM = ascii("event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":");
    private static final byte[] END_OF_EVENT = ascii("\n\n");

    private static final ByteBuffer NO_METHOD =
            direct(",\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}");
    private static final ByteBuffer EMPTY = direct(",\"result\":{}}");
    private static final ByteBuffer INITIALIZED =
            direct(",\"result\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":"
                    + "{\"tools\":{}},\"serverInfo\":{\"name\":\"neutral\",\"version\":\"1\"}}}");
    private static final ByteBuffer SMALL = direct(Texts.callResult(Texts.SMALL));
    private static final ByteBuffer LARGE = direct(Texts.callResult(Texts.LARGE));

    /** By how many there are. One thread asks. */
    private static final Map<Integer, ByteBuffer> TOOLS = new HashMap<>();

    private Answers() {}

    static ByteBuffer goOn() {
        return ByteBuffer.wrap(GO_ON);
    }

    static void to(HttpRequest request, Deque<ByteBuffer> out) {
        if (!request.method().equals("POST")) {
            out.add(ByteBuffer.wrap(NO_STREAM));
        } else if (request.path().equals("/401")) {
            out.add(ByteBuffer.wrap(UNAUTHORIZED));
        } else {
            Message message = request.message();
            if (message.isNotification()) {
                out.add(ByteBuffer.wrap(ACCEPTED));
            } else {
                answer(request.path(), message, out);
            }
        }
    }

    private static void answer(String path, Message message, Deque<ByteBuffer> out) {
        switch (message.method()) {
            case "tools/call" -> call(path, message, out);
            case "tools/list" -> json(message, tools(path.startsWith(TOOLS_PATH) ? numberIn(path) : 1), out);
            case "initialize" -> json(message, INITIALIZED, out);
            case "ping" -> json(message, EMPTY, out);
            default -> json(message, NO_METHOD, out);
        }
    }

    private static void call(String path, Message message, Deque<ByteBuffer> out) {
        if (path.startsWith(PROGRESS_PATH)) {
            stream(message, numberIn(path), out);
        } else if (path.equals("/sse")) {
            stream(message, 0, out);
        } else {
            json(message, path.equals("/large") ? LARGE : SMALL, out);
        }
    }

    private static ByteBuffer tools(int count) {
        return TOOLS.computeIfAbsent(count, number -> direct(Texts.tools(number)));
    }

    /** How many a path such as {@code /tools/10} asks for. */
    private static int numberIn(String path) {
        return Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
    }

    private static void json(Message message, ByteBuffer afterId, Deque<ByteBuffer> out) {
        int length = BEFORE_ID.length + message.id().length + afterId.remaining();
        Joiner start = new Joiner(256);
        start.add(JSON_HEAD).add(ascii(Integer.toString(length))).add(END_OF_HEAD);
        start.add(BEFORE_ID).add(message.id());
        end(start, afterId, out);
    }

    /** Small answers leave in one piece. */
    private static void end(Joiner start, ByteBuffer rest, Deque<ByteBuffer> out) {
        if (rest.remaining() < 4096) {
            out.add(start.add(rest.duplicate()).toBuffer());
        } else {
            out.add(start.toBuffer());
            out.add(rest.duplicate());
        }
    }

    private static void stream(Message message, int notifications, Deque<ByteBuffer> out) {
        Joiner stream = new Joiner(notifications == 0 ? 512 : 1 << 18);
        stream.add(STREAM_HEAD);
        byte[] start = notifications == 0 ? STREAM_HEAD : progressStart(message.progressToken());
        byte[] end = ascii(PROGRESS_END);
        for (int i = 1; i <= notifications; i++) {
            byte[] number = ascii(Integer.toString(i));
            stream.chunk(start.length + number.length + end.length);
            stream.add(start).add(number).add(end).add(END_OF_LINE);
        }
        stream.chunk(BEFORE_ID_IN_STREAM.length + message.id().length + SMALL.remaining() + END_OF_EVENT.length);
        stream.add(BEFORE_ID_IN_STREAM).add(message.id()).add(SMALL.duplicate()).add(END_OF_EVENT);
        out.add(stream.add(END_OF_LINE).add(STREAM_END).toBuffer());
    }

    private static byte[] progressStart(byte[] token) {
        return ascii(
                "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                        + new String(token, StandardCharsets.UTF_8) + ",\"progress\":");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static ByteBuffer direct(String text) {
        byte[] bytes = ascii(text);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip().asReadOnlyBuffer();
    }

    /** Puts pieces into one buffer. */
    private static final class Joiner extends ByteArrayOutputStream {
        Joiner(int size) {
            super(size);
        }

        Joiner add(byte[] piece) {
            write(piece, 0, piece.length);
            return this;
        }

        Joiner add(ByteBuffer piece) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            return add(bytes);
        }

        void chunk(int length) {
            add(ascii(Integer.toHexString(length))).add(END_OF_LINE);
        }

        ByteBuffer toBuffer() {
            return ByteBuffer.wrap(buf, 0, count);
        }
    }
}
