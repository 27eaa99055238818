package io.github.latchkey.mcp.benchmarks.compare.server;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What the server wants to know of a JSON-RPC message: its method, its id and its progress token, the latter two as they were sent. */
final class Message {
    private static final byte[] ID = bytes("id");
    private static final byte[] METHOD = bytes("method");
    private static final byte[] PARAMS = bytes("params");
    private static final byte[] META = bytes("_meta");
    private static final byte[] TOKEN = bytes("progressToken");
    private static final byte[] NULL = bytes("null");

    private final byte[] json;
    private final int end;
    private int at;

    private String method = "";
    private byte[] id = NULL;
    private byte[] progressToken = NULL;

    Message(byte[] json, int from, int length) {
        this.json = json;
        this.at = from;
        this.end = from + length;
        skipSpace();
        if (at < end && json[at] == '{') {
            readMembers(0);
        }
    }

    String method() {
        return method;
    }

    byte[] id() {
        return id;
    }

    /** Whether nobody waits for an answer. */
    boolean isNotification() {
        return id == NULL;
    }

    byte[] progressToken() {
        return progressToken;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The members of the object that begins here; {@code depth} is 1 in {@code params} and 2 in its {@code _meta}. */
    private void readMembers(int depth) {
        at++;
        while (true) {
            skipSpace();
            if (at >= end || json[at] == '}') {
                at++;
                return;
            }
            if (json[at] == ',') {
                at++;
                continue;
            }
            int keyStart = at + 1;
            skipString();
            int keyEnd = at - 1;
            skipSpace();
            at++;
            skipSpace();
            readMember(depth, keyStart, keyEnd);
        }
    }

    private void readMember(int depth, int keyStart, int keyEnd) {
        boolean isObject = json[at] == '{';
        if (depth == 0 && isObject && is(PARAMS, keyStart, keyEnd)) {
            readMembers(1);
            return;
        }
        if (depth == 1 && isObject && is(META, keyStart, keyEnd)) {
            readMembers(2);
            return;
        }
        int valueStart = at;
        skipValue();
        if (depth == 0 && is(ID, keyStart, keyEnd)) {
            id = Arrays.copyOfRange(json, valueStart, at);
        } else if (depth == 0 && is(METHOD, keyStart, keyEnd)) {
            method = new String(json, valueStart + 1, at - valueStart - 2, StandardCharsets.US_ASCII);
        } else if (depth == 2 && is(TOKEN, keyStart, keyEnd)) {
            progressToken = Arrays.copyOfRange(json, valueStart, at);
        }
    }

    private boolean is(byte[] name, int from, int to) {
        return Arrays.equals(name, 0, name.length, json, from, to);
    }

    private void skipValue() {
        switch (json[at]) {
            case '"' -> skipString();
            case '{', '[' -> skipNested();
            default -> {
                while (at < end && ",}] \r\n\t".indexOf(json[at]) < 0) {
                    at++;
                }
            }
        }
    }

    private void skipNested() {
        int depth = 0;
        do {
            switch (json[at]) {
                case '"' -> skipString();
                case '{', '[' -> {
                    depth++;
                    at++;
                }
                case '}', ']' -> {
                    depth--;
                    at++;
                }
                default -> at++;
            }
        } while (depth > 0 && at < end);
    }

    private void skipString() {
        int i = at + 1;
        byte[] text = json;
        while (text[i] != '"') {
            i += text[i] == '\\' ? 2 : 1;
        }
        at = i + 1;
    }

    private void skipSpace() {
        while (at < end && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
            at++;
        }
    }
}
