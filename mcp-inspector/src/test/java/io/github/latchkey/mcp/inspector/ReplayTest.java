package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.AsyncHandlers;
import io.github.latchkey.mcp.CallToolResult;
import io.github.latchkey.mcp.ClientOptions;
import io.github.latchkey.mcp.ElicitationResult;
import io.github.latchkey.mcp.EraMemory;
import io.github.latchkey.mcp.JsonRpcError;
import io.github.latchkey.mcp.JsonRpcException;
import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.ProtocolVersion;
import io.github.latchkey.mcp.RequestOptions;
import io.github.latchkey.mcp.http.StreamableHttpTransport;
import io.github.latchkey.mcp.test.LoopbackServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server of a recording says to clients that are not the recorded one. */
class ReplayTest {
    private static final String DISCOVERED = "{\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}},"
            + "\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"private\",\"_meta\":{"
            + "\"io.modelcontextprotocol/serverInfo\":{\"name\":\"recorded\",\"version\":\"1\"}}}";
    private static final String INITIALIZED = "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{}},"
            + "\"serverInfo\":{\"name\":\"recorded\",\"version\":\"1\"}}";

    private final List<String> trace = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @AfterEach
    void close() throws Exception {
        for (int at = open.size() - 1; at >= 0; at--) open.get(at).close();
    }

    @Test
    void repeatsAreAnsweredInTheirOrderAndThenWithTheLast() throws Exception {
        recordStateless();
        recordCall("{\"n\":1}", text("first"));
        recordCall("{\"n\":2}", text("other"));
        recordCall("{\"n\":1}", text("second"));
        McpSessionFutures session = connect(ProtocolVersion.V2026_07_28);
        for (String expected : List.of("first", "second", "second")) {
            assertEquals(expected, call(session, Map.of("n", 1)));
        }
        assertEquals("other", call(session, Map.of("n", 2)));
        assertEquals("recorded 1", String.valueOf(session.getServer().getServerInfo()));
    }

    @Test
    void whatWasNotRecordedIsRefusedAndTold() throws Exception {
        recordStateless();
        recordCall("{\"n\":1}", text("first"));
        McpSessionFutures session = connect(ProtocolVersion.V2026_07_28);
        JsonRpcException call = refused(session.callTool("t", Map.of("n", 3)));
        assertEquals(JsonRpcError.INVALID_PARAMS, call.getError().getCode());
        assertTrue(call.getError().getMessage().contains("not with these params"), call.getMessage());
        assertEquals(
                JsonRpcError.METHOD_NOT_FOUND,
                refused(session.listPrompts()).getError().getCode());
        assertEquals(2, told.size(), told::toString);
    }

    @Test
    void aSecretThatWasHiddenMatchesWhateverItWas() throws Exception {
        recordStateless();
        recordCall("{\"key\":\"Bearer ***\",\"n\":1}", text("for you"));
        McpSessionFutures session = connect(ProtocolVersion.V2026_07_28);
        assertEquals("for you", call(session, Map.of("key", "Bearer abc", "n", 1)));
        refused(session.callTool("t", Map.of("key", "Bearer abc", "n", 2)));
    }

    @Test
    void anErrorKeepsItsCodeAndItsStatus() throws Exception {
        recordStateless();
        int id = recordRequest("tools/call", "{\"name\":\"t\",\"arguments\":{}}");
        received(
                id,
                "{\"jsonrpc\":\"2.0\",\"id\":" + id
                        + ",\"error\":{\"code\":-32021,\"message\":\"no\",\"data\":{\"x\":1}}}");
        failed(id, "jsonrpc", 400);
        JsonRpcException refused = refused(connect(ProtocolVersion.V2026_07_28).callTool("t", Map.of()));
        assertEquals(-32021, refused.getError().getCode());
        assertEquals("{\"x\":1}", String.valueOf(refused.getError().getData()));
        assertEquals(400, refused.getStatus());
    }

    @Test
    void aStatusThatSaysNoSaysItAgain() throws Exception {
        recordStateless();
        failed(recordRequest("tools/call", "{\"name\":\"t\",\"arguments\":{}}"), "server_error", 503);
        McpSessionFutures session = connect(ProtocolVersion.V2026_07_28);
        assertEquals(503, failure(session.callTool("t", Map.of())).getStatus());
    }

    @Test
    void aSessionIsBegunWithAStatelessRecordingToo() throws Exception {
        recordStateless();
        recordCall("{}", text("hello"));
        McpSessionFutures session = connect(ProtocolVersion.V2025_11_25);
        assertEquals("hello", call(session, Map.of()));
        assertEquals(ProtocolVersion.V2025_11_25, session.getProtocolVersion());
        assertEquals("recorded 1", String.valueOf(session.getServer().getServerInfo()));
    }

    @Test
    void theRecordedRevisionIsTheNewestOfASessionRecording() throws Exception {
        recordSession();
        assertEquals(
                ProtocolVersion.V2025_06_18, connect(ProtocolVersion.values()).getProtocolVersion());
    }

    @Test
    void whatTheServerAskedIsAskedAgainAndItsProgressHasTheNewToken() throws Exception {
        recordSession();
        int id = recordRequest("tools/call", "{\"name\":\"t\",\"arguments\":{},\"_meta\":{\"progressToken\":77}}");
        received(id, notification("notifications/progress", "{\"progressToken\":77,\"progress\":1}"));
        received(
                id,
                "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"elicitation/create\",\"params\":{\"message\":\"who?\","
                        + "\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}}");
        received(id, result(id, text("thanks")));
        List<String> seen = new ArrayList<>();
        ClientOptions options = new ClientOptions.Builder()
                .eraMemory(new EraMemory())
                .elicitation(AsyncHandlers.elicitation(request -> {
                    seen.add("asked " + request.getMessage());
                    return CompletableFuture.completedFuture(ElicitationResult.decline());
                }))
                .build();
        McpSessionFutures session = connect(options);
        CallToolResult result = session.callTool(
                        "t",
                        Map.of(),
                        new RequestOptions.Builder()
                                .onProgress(progress -> seen.add("progress " + progress.getProgress()))
                                .build())
                .join();
        assertEquals("thanks", result.getText());
        assertEquals(List.of("progress 1.0", "asked who?"), seen);
    }

    private void recordStateless() {
        int id = recordRequest("server/discover", "{}");
        received(id, result(id, DISCOVERED));
    }

    private void recordSession() {
        int id = recordRequest("initialize", "{\"protocolVersion\":\"2025-11-25\"}");
        received(id, result(id, INITIALIZED));
    }

    private void recordCall(String arguments, String result) {
        int id = recordRequest("tools/call", "{\"name\":\"t\",\"arguments\":" + arguments + "}");
        received(id, result(id, result));
    }

    private int recordRequest(String method, String params) {
        int id = 500 + trace.size();
        event(
                "sent",
                id,
                "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + "}");
        return id;
    }

    private void received(int exchange, String body) {
        event("received", exchange, body);
    }

    private void event(String direction, int exchange, String body) {
        trace.add("{\"event\":\"message\",\"direction\":\"" + direction + "\",\"exchange\":" + exchange + ",\"body\":"
                + body + "}");
    }

    private void failed(int exchange, String code, int status) {
        trace.add("{\"event\":\"exchange.failure\",\"exchange\":" + exchange + ",\"code\":\"" + code + "\",\"status\":"
                + status + "}");
    }

    private static String result(int id, String result) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}";
    }

    private static String notification(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + "}";
    }

    private static String text(String text) {
        return "{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}],\"resultType\":\"complete\"}";
    }

    private McpSessionFutures connect(ProtocolVersion... versions) throws Exception {
        return connect(new ClientOptions.Builder()
                .eraMemory(new EraMemory())
                .protocolVersions(Set.of(versions))
                .build());
    }

    private McpSessionFutures connect(ClientOptions options) throws Exception {
        Path file = folder.resolve("trace");
        Files.write(file, trace);
        Replay replay = new Replay(RecordingReader.read(file), told::add);
        LoopbackServer loopback = LoopbackServer.start(replay.server());
        open.add(loopback);
        McpSessionFutures session = McpClientFutures.connect(
                        new StreamableHttpTransport(loopback.url() + "/mcp"), options)
                .join();
        open.add(session);
        return session;
    }

    private static String call(McpSessionFutures session, Map<String, ?> arguments) {
        return session.callTool("t", arguments).join().getText();
    }

    private static JsonRpcException refused(CompletableFuture<?> call) {
        return assertInstanceOf(JsonRpcException.class, failure(call));
    }

    private static McpException failure(CompletableFuture<?> call) {
        return assertInstanceOf(
                McpException.class,
                assertThrows(CompletionException.class, call::join).getCause());
    }
}
