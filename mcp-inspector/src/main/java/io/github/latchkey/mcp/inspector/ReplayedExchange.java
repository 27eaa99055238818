package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.JsonRpcError;
import io.github.latchkey.mcp.JsonRpcFailure;
import io.github.latchkey.mcp.JsonRpcMessage;
import io.github.latchkey.mcp.JsonRpcNotification;
import io.github.latchkey.mcp.JsonRpcRequest;
import io.github.latchkey.mcp.JsonRpcResponse;
import io.github.latchkey.mcp.JsonRpcResult;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.test.HttpFailure;
import io.github.latchkey.mcp.test.ScriptedAnswer;
import io.github.latchkey.mcp.test.ServerCall;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** One exchange said once more, with the ids of the request that asks for it now. */
final class ReplayedExchange {
    private static final String SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId";

    private final RecordedExchange recorded;
    private final ServerCall call;
    private final JsonElement recordedId;
    private final @Nullable JsonElement id;

    ReplayedExchange(RecordedExchange recorded, ServerCall call) {
        this.recorded = recorded;
        this.call = call;
        this.recordedId = RawJson.parse(recorded.request().getId().toString()).toElement();
        this.id = call.getRequest().getJson() instanceof JsonObject request ? request.get("id") : null;
    }

    /** Says what came before the answer, waiting for what the client answers to it, and then the answer. */
    CompletionStage<JsonObject> play() {
        CompletableFuture<@Nullable Void> said = CompletableFuture.completedFuture(null);
        for (JsonRpcMessage message : recorded.messages()) said = said.thenCompose(nothing -> say(message));
        return said.thenCompose(nothing -> answer());
    }

    private CompletionStage<@Nullable Void> say(JsonRpcMessage message) {
        if (message instanceof JsonRpcNotification notification) tell(notification);
        if (!(message instanceof JsonRpcRequest request)) return CompletableFuture.completedFuture(null);
        // Whatever the client says now, the server goes on as it did.
        return call.requestFuture(request.getMethod(), RecordedQuestion.object(request.getParams()))
                .handle((answer, failure) -> null);
    }

    private void tell(JsonRpcNotification notification) {
        JsonObject params = RecordedQuestion.object(notification.getParams());
        switch (notification.getMethod()) {
            case "notifications/progress" -> {
                JsonElement token = call.getMeta().get("progressToken");
                JsonElement recordedToken = recorded.progressToken();
                if (token != null && recordedToken != null && recordedToken.equals(params.get("progressToken")))
                    call.notify(notification.getMethod(), with(params, "progressToken", token));
            }
            case "notifications/cancelled" -> {
                // Of a request of the server it names an id that is not in use here.
                if (id != null && recordedId.equals(params.get("requestId")))
                    call.notify(notification.getMethod(), with(params, "requestId", id));
            }
            default -> call.notify(notification.getMethod(), subscribed(params));
        }
    }

    private JsonObject subscribed(JsonObject params) {
        if (id == null || !(params.get(RecordedQuestion.META) instanceof JsonObject meta)) return params;
        return recordedId.equals(meta.get(SUBSCRIPTION))
                ? with(params, RecordedQuestion.META, with(meta, SUBSCRIPTION, id))
                : params;
    }

    private CompletionStage<JsonObject> answer() {
        JsonRpcResponse response = recorded.response();
        RecordedExchange.Failure failure = recorded.failure();
        if (response instanceof JsonRpcResult result) {
            return CompletableFuture.completedFuture(RecordedQuestion.object(result.getResult()));
        }
        if (response instanceof JsonRpcFailure refused)
            return CompletableFuture.failedFuture(refused(refused, failure));
        // Nobody waited for the answer, so nobody knows it.
        return failure == null ? new CompletableFuture<>() : CompletableFuture.failedFuture(failed(failure));
    }

    private static RuntimeException refused(JsonRpcFailure refused, RecordedExchange.@Nullable Failure failure) {
        JsonRpcError error = refused.getError();
        int status = failure == null || failure.status() == null ? 200 : failure.status();
        JsonElement data = error.getData() == null ? null : error.getData().toElement();
        return new io.github.latchkey.mcp.test.JsonRpcFailure(error.getCode(), error.getMessage(), data, status);
    }

    /** The status as it was, without a challenge: a recording knows no sign-in. What was no answer at all is told as a 502. */
    private static RuntimeException failed(RecordedExchange.Failure failure) {
        String message = "the recorded request failed: " + failure.code();
        if (failure.status() == null) return new HttpFailure(ScriptedAnswer.of(502, "text/plain", message), message);
        String body = failure.bodyStart() == null ? "" : failure.bodyStart();
        String type = body.startsWith("{") ? "application/json" : "text/plain";
        return new HttpFailure(ScriptedAnswer.of(failure.status(), type, body), message);
    }

    private static JsonObject with(JsonObject object, String member, JsonElement value) {
        Map<String, JsonElement> members = new LinkedHashMap<>(object);
        members.put(member, value);
        return new JsonObject(members);
    }
}
