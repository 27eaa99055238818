package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.JsonRpcNotification;
import io.github.latchkey.mcp.JsonRpcResult;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import kotlinx.serialization.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What client and server said to each other while {@code --trace} wrote it down.
 *
 * @param exchanges the requests of the client, in order
 * @param unasked the notifications that belonged to no request
 */
record Recording(List<RecordedExchange> exchanges, List<JsonRpcNotification> unasked) {
    static final String DISCOVER = "server/discover";
    static final String INITIALIZE = "initialize";

    /** What {@code initialize} was answered with; null where no session was begun. */
    @Nullable
    JsonObject initialized() {
        return handshake(INITIALIZE);
    }

    /** What {@code server/discover} was answered with; null where it was not. */
    @Nullable
    JsonObject discovered() {
        return handshake(DISCOVER);
    }

    boolean knows(String method) {
        return exchanges.stream().anyMatch(each -> each.request().getMethod().equals(method));
    }

    /** The exchanges in which {@code asked} was asked; if there are none, those that come as near as a recording can. */
    List<RecordedExchange> find(RecordedQuestion asked) {
        Stream<Predicate<RecordedQuestion>> nearness = Stream.of(
                asked::equals,
                recorded -> recorded.withoutInput().equals(asked.withoutInput()),
                recorded -> recorded.mayHaveBeen(asked),
                recorded -> recorded.withoutInput().mayHaveBeen(asked.withoutInput()));
        return nearness.map(this::askedAs)
                .filter(found -> !found.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    private List<RecordedExchange> askedAs(Predicate<RecordedQuestion> question) {
        return exchanges.stream()
                .filter(each -> question.test(RecordedQuestion.of(each.request().getMethod(), each.params())))
                .toList();
    }

    private @Nullable JsonObject handshake(String method) {
        return exchanges.stream()
                .filter(each -> each.request().getMethod().equals(method))
                .map(each -> each.response() instanceof JsonRpcResult result
                        ? result.getResult().toObject()
                        : null)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
