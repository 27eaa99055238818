package io.github.latchkey.mcp.benchmarks.compare.clients;

import io.github.latchkey.mcp.benchmarks.compare.Client;
import io.github.latchkey.mcp.benchmarks.compare.Kind;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/** The messages that the bare clients send: those of an MCP client, made once. */
final class Bytes {
    static final String ACCEPT = "application/json, text/event-stream";
    static final String CONTENT_TYPE = "application/json";
    static final String VERSION_HEADER = "MCP-Protocol-Version";
    static final String VERSION = "2025-06-18";

    static final byte[] INITIALIZE = utf8("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":"
            + "{\"protocolVersion\":\"" + VERSION + "\",\"capabilities\":{},\"clientInfo\":"
            + "{\"name\":\"bare\",\"version\":\"1\"}}}");
    static final byte[] INITIALIZED = utf8("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");

    private static final Map<Kind, byte[]> CALLS = new EnumMap<>(Kind.class);

    private Bytes() {}

    /** The same array each time. */
    static synchronized byte[] of(Kind kind) {
        return CALLS.computeIfAbsent(kind, Bytes::create);
    }

    private static byte[] create(Kind kind) {
        if (kind == Kind.LIST_TOOLS) {
            return utf8("{\"jsonrpc\":\"2.0\",\"id\":1000,\"method\":\"tools/list\"}");
        }
        String meta = kind == Kind.CALL_WITH_PROGRESS ? ",\"_meta\":{\"progressToken\":1000}" : "";
        return utf8("{\"jsonrpc\":\"2.0\",\"id\":1000,\"method\":\"tools/call\",\"params\":{\"name\":\"" + Client.TOOL
                + "\",\"arguments\":{\"" + Client.ARGUMENT + "\":\""
                + kind.text().replace("\n", "\\n") + "\"}" + meta + "}}");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
