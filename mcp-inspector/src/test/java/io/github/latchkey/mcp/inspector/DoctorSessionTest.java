package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.doctor.Cause;
import io.github.latchkey.mcp.test.LoopbackServer;
import io.github.latchkey.mcp.test.RawServer;
import io.github.latchkey.mcp.test.SampleTools;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import io.github.latchkey.mcp.test.ScriptedMcpServerBuilder;
import io.github.latchkey.mcp.test.ServerCall;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Servers with which one can talk, well or nearly so. */
class DoctorSessionTest {
    @Test
    void allIsWellInTheStatelessEra() {
        try (LoopbackServer server = start(builder().method("subscriptions/listen", DoctorSessionTest::listen))) {
            Diagnosed found = Diagnosed.json(server.url() + "/mcp").says(Cause.NONE, 0);
            assertEquals("stateless", LatchkeyProcess.text(found.step("handshake"), "era"));
            assertEquals("skipped", found.outcome("session"));
            assertEquals("ok", found.outcome("stream"));
            assertEquals("nobody", found.verdict("fault"));
        }
    }

    @Test
    void allIsWellInTheSessionEra() {
        try (LoopbackServer server = start(builder().revisions("2025-11-25").getStream(true))) {
            Diagnosed found = Diagnosed.json(server.url() + "/mcp").says(Cause.NONE, 0);
            assertTrue(LatchkeyProcess.text(found.step("handshake"), "found").contains("wants initialize"));
            assertEquals("true", LatchkeyProcess.text(found.step("session"), "hasId"));
            assertEquals("open", LatchkeyProcess.text(found.step("stream"), "state"));
        }
        try (LoopbackServer server = start(builder().revisions("2025-11-25"))) {
            Diagnosed found = Diagnosed.json(server.url() + "/mcp").says(Cause.NONE, 0);
            assertEquals("none", LatchkeyProcess.text(found.step("stream"), "state"));
        }
    }

    @Test
    void aProxyKeepsEventStreamsBack() throws IOException {
        for (String revision : List.of("2025-11-25", "2026-07-28")) {
            ScriptedMcpServerBuilder builder = builder()
                    .revisions(revision)
                    .getStream(true)
                    .method("subscriptions/listen", DoctorSessionTest::listen);
            try (LoopbackServer server = start(builder);
                    BufferingProxy proxy = BufferingProxy.start(server.url())) {
                Diagnosed found = Diagnosed.json(proxy.url() + "/mcp").says(Cause.STREAM_BUFFERED, 0);
                assertEquals("warning", found.outcome("stream"));
                assertEquals("network", found.verdict("fault"));
                assertEquals("ok", found.outcome("tools"));
            }
        }
    }

    @Test
    void theServerFailsWhenItIsAskedForItsStream() {
        try (RawServer server = RawServer.start(connection -> {
            for (var request = connection.readRequest(); request != null; request = connection.readRequest()) {
                String method = request.getJsonRpcMethod();
                String id = request.getJson() instanceof JsonObject message ? String.valueOf(message.get("id")) : "0";
                String error = "\"error\":{\"code\":-32601,\"message\":\"no\"}";
                String initialized = "\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{}}";
                String body = "{\"jsonrpc\":\"2.0\",\"id\":" + id + ","
                        + ("initialize".equals(method) ? initialized : error) + "}";
                if (request.getMethod().equals("GET")) connection.sendAnswer(500);
                else connection.sendAnswer(200, Map.of("Content-Type", "application/json"), body);
            }
        })) {
            Diagnosed found = Diagnosed.json(server.url()).says(Cause.STREAM_FAILED, 0);
            assertEquals("warning", found.outcome("stream"));
            assertEquals("false", LatchkeyProcess.text(found.step("session"), "hasId"));
        }
    }

    @Test
    void aPersonReadsOneLineForEachStepAndAParagraph() {
        try (LoopbackServer server = start(builder())) {
            Diagnosed found = Diagnosed.text(server.url() + "/mcp");
            assertEquals(0, found.exitCode(), found::toString);
            assertTrue(found.out().contains("\n✓ tcp               connected to 127.0.0.1 port "), found::toString);
            assertTrue(found.out().contains("\n✓ tools             4 listed ("), found::toString);
            assertTrue(found.out().contains("\n\nEverything is fine: connected to "), found::toString);
            assertFalse(found.out().contains("null"), found::toString);
            assertEquals("", found.err());
        }
    }

    /** Begins a subscription that stays open until the client goes. */
    private static CompletionStage<JsonObject> listen(JsonObject params, ServerCall call) {
        call.openStream();
        JsonElement granted = Objects.requireNonNull(params.get("notifications"));
        call.notify("notifications/subscriptions/acknowledged", new JsonObject(Map.of("notifications", granted)));
        return new CompletableFuture<>();
    }

    private static ScriptedMcpServerBuilder builder() {
        return SampleTools.addTo(ScriptedMcpServer.builder());
    }

    private static LoopbackServer start(ScriptedMcpServerBuilder builder) {
        return LoopbackServer.start(builder.build());
    }
}
