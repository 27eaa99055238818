package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.JsonRpcMessage;
import io.github.latchkey.mcp.JsonRpcRequest;
import io.github.latchkey.mcp.JsonRpcResponse;
import java.util.ArrayList;
import java.util.List;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** A request of a recording, and what came of it. Filled while the recording is read. */
final class RecordedExchange {
    /** Why there was no response that counts; the status of HTTP and the beginning of the body are null where there were none. */
    record Failure(
            String code, @Nullable Integer status, @Nullable String bodyStart) {}

    private final JsonRpcRequest request;
    private final List<JsonRpcMessage> messages = new ArrayList<>();
    private @Nullable JsonRpcResponse response;
    private @Nullable Failure failure;

    RecordedExchange(JsonRpcRequest request) {
        this.request = request;
    }

    void add(JsonRpcMessage message) {
        if (message instanceof JsonRpcResponse answer) response = answer;
        else messages.add(message);
    }

    void fail(Failure reason) {
        failure = reason;
    }

    JsonRpcRequest request() {
        return request;
    }

    JsonObject params() {
        return RecordedQuestion.object(request.getParams());
    }

    /** The notifications and requests of the server before its response, in order. */
    List<JsonRpcMessage> messages() {
        return messages;
    }

    /** Null if there was none. */
    @Nullable
    JsonRpcResponse response() {
        return response;
    }

    /** Null if the exchange did not fail; one that has neither response nor failure was given up. */
    @Nullable
    Failure failure() {
        return failure;
    }

    boolean hasEnded() {
        return response != null || failure != null;
    }

    /** The token of its progress; null if it wanted none. */
    @Nullable
    JsonElement progressToken() {
        return params().get(RecordedQuestion.META) instanceof JsonObject meta ? meta.get("progressToken") : null;
    }
}
