package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.JsonRpcError;
import io.github.latchkey.mcp.JsonRpcNotification;
import io.github.latchkey.mcp.test.AsyncRequestHandler;
import io.github.latchkey.mcp.test.JsonRpcFailure;
import io.github.latchkey.mcp.test.McpRevisions;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import io.github.latchkey.mcp.test.ServerCall;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import kotlinx.serialization.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A server that says what the recorded one said. Thread-safe. */
final class Replay implements AsyncRequestHandler {
    private final Recording recording;
    private final Consumer<String> tell;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();

    /** How often each was asked. Guarded by itself. */
    private final Map<RecordedQuestion, Integer> asked = new HashMap<>();

    /** @param tell hears of requests that the recording has no answer to */
    Replay(Recording recording, Consumer<String> tell) {
        this.recording = recording;
        this.tell = tell;
    }

    ScriptedMcpServer server() {
        return ScriptedMcpServer.builder()
                .revisions(revisions().toArray(String[]::new))
                .getStream(!recording.unasked().isEmpty())
                .everyMethod(this)
                .build();
    }

    int requests() {
        return requests.get();
    }

    /** How many of {@link #requests} were not recorded. */
    int unknown() {
        return unknown.get();
    }

    /** Of a recorded session, the revision it was in and those before; else all: the newest, which was recorded, and those that can be made of it. */
    private List<String> revisions() {
        JsonObject initialized = recording.initialized();
        if (initialized == null) return McpRevisions.ALL;
        String recorded = ReplayHandshake.version(initialized);
        List<String> spoken = McpRevisions.SESSION_ERA.stream()
                .filter(version -> version.compareTo(recorded) <= 0)
                .toList();
        return spoken.isEmpty() ? McpRevisions.SESSION_ERA : spoken;
    }

    @Override
    public CompletionStage<JsonObject> handle(JsonObject params, ServerCall call) {
        requests.incrementAndGet();
        if (call.getMethod().equals(Recording.INITIALIZE)) {
            for (JsonRpcNotification each : recording.unasked()) {
                call.push(each.getMethod(), RecordedQuestion.object(each.getParams()));
            }
            JsonObject result = ReplayHandshake.initialized(recording, call.getProtocolVersion());
            if (result != null) return CompletableFuture.completedFuture(result);
        }
        RecordedExchange exchange = next(RecordedQuestion.of(call.getMethod(), params));
        if (exchange == null) throw notRecorded(call.getMethod());
        return new ReplayedExchange(exchange, call).play();
    }

    /** The answers to a question in their order; the last of them from then on. */
    private @Nullable RecordedExchange next(RecordedQuestion question) {
        List<RecordedExchange> found = recording.find(question);
        if (found.isEmpty()) return null;
        synchronized (asked) {
            int times = asked.merge(question, 1, Integer::sum);
            return found.get(Math.min(times, found.size()) - 1);
        }
    }

    private JsonRpcFailure notRecorded(String method) {
        unknown.incrementAndGet();
        boolean isKnown = recording.knows(method);
        String message = isKnown
                ? "the recording has " + method + ", but not with these params"
                : "the recording has no " + method;
        tell.accept(message);
        return new JsonRpcFailure(isKnown ? JsonRpcError.INVALID_PARAMS : JsonRpcError.METHOD_NOT_FOUND, message);
    }
}
