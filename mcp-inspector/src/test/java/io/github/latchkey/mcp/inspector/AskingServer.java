package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.test.LoopbackServer;
import io.github.latchkey.mcp.test.SampleTools;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import io.github.latchkey.mcp.test.ServerCall;
import io.github.latchkey.mcp.test.ToolResults;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonObject;

/** A server whose tools ask the client for something, in the way of either era, and return what it answered. */
final class AskingServer implements AutoCloseable {
    private static final String FORM = """
            {"message":"Who are you?\\nA word will do.","requestedSchema":{"type":"object","properties":{
              "name":{"type":"string","title":"Name","default":"Ada","maxLength":8},
              "age":{"type":"integer","minimum":0,"maximum":150},
              "size":{"type":"string","oneOf":[{"const":"s","title":"Small"},{"const":"l","title":"Large"}]}},
              "required":["name","age"]}}""";
    private static final String PAGE = """
            {"mode":"url","message":"Pay here.","url":"https://pay.example/order?id=1","elicitationId":"e1"}""";
    private static final String SAMPLE = """
            {"messages":[{"role":"user","content":{"type":"text","text":"Capital of France?"}},
              {"role":"user","content":{"type":"image","mimeType":"image/png","data":"AAAA"}}],
              "systemPrompt":"Be brief.","maxTokens":3}""";

    /** The call that has not been answered yet. */
    final CompletableFuture<JsonObject> waiting = new CompletableFuture<>();

    final ScriptedMcpServer server = SampleTools.addTo(ScriptedMcpServer.builder())
            .tool("form", "Asks for a form.", "{}", (arguments, call) -> ask(call, "elicitation/create", FORM))
            .tool("page", "Asks to open a page.", "{}", (arguments, call) -> ask(call, "elicitation/create", PAGE))
            .tool("sample", "Asks a model.", "{}", (arguments, call) -> ask(call, "sampling/createMessage", SAMPLE))
            .tool("roots", "Asks for folders.", "{}", (arguments, call) -> ask(call, "roots/list", "{}"))
            .tool("half", "Stops half-way.", "{}", (arguments, call) -> {
                call.progress(1, 2.0, "half-way");
                return waiting;
            })
            .build();
    private final LoopbackServer loopback = LoopbackServer.start(server);

    String url() {
        return loopback.url() + "/mcp";
    }

    /** Waits until the call is no longer wanted. */
    void assertCancelled() throws Exception {
        try {
            waiting.get(5, TimeUnit.SECONDS);
            throw new AssertionError("the call was answered");
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the call was not cancelled", e);
        } catch (CancellationException e) {
            assertTrue(waiting.isCancelled());
        }
    }

    private CompletableFuture<JsonObject> ask(ServerCall call, String method, String params) {
        JsonObject asked = ToolResults.json(params);
        if (call.getProtocolVersion().equals("2026-07-28"))
            return CompletableFuture.completedFuture(round(call, method, asked));
        Thread thread = new Thread(() -> complete(call, method, asked));
        thread.setDaemon(true);
        thread.start();
        return waiting;
    }

    private void complete(ServerCall call, String method, JsonObject asked) {
        try {
            waiting.complete(ToolResults.text(call.waitForAnswer(method, asked).toString()));
        } catch (RuntimeException e) {
            waiting.complete(ToolResults.text("refused: " + e.getMessage(), true));
        }
    }

    private static JsonObject round(ServerCall call, String method, JsonObject asked) {
        JsonElement answers = call.getParams().get("inputResponses");
        if (answers instanceof Map<?, ?> map) return ToolResults.text(String.valueOf(map.get("k")));
        String request = "{\"method\":\"" + method + "\",\"params\":" + asked + "}";
        return ToolResults.json("{\"resultType\":\"input_required\",\"inputRequests\":{\"k\":" + request + "}}");
    }

    @Override
    public void close() {
        loopback.close();
    }
}
