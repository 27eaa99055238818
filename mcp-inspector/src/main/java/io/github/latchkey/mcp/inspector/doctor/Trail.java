package io.github.latchkey.mcp.inspector.doctor;

import io.github.latchkey.mcp.AuthorizationEvent;
import io.github.latchkey.mcp.HttpAnswer;
import io.github.latchkey.mcp.HttpExchangeEvent;
import io.github.latchkey.mcp.McpEvent;
import io.github.latchkey.mcp.McpEvents;
import io.github.latchkey.mcp.ServerProcessEvent;
import io.github.latchkey.mcp.StreamEvent;
import io.github.latchkey.mcp.WarningEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What happened, in order, and when. Thread-safe. */
public final class Trail implements McpEvents {
    private final List<Heard> heard = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> streamKnown = new CompletableFuture<>();

    private record Heard(Instant at, McpEvent event) {}

    @Override
    public void onEvent(McpEvent event) {
        heard.add(new Heard(Instant.now(), event));
        if (event instanceof StreamEvent) streamKnown.complete(null);
    }

    /** Done when it is known what became of the stream of the server's own. */
    public CompletableFuture<Void> streamKnown() {
        return streamKnown;
    }

    <T extends McpEvent> List<T> all(Class<T> type) {
        return heard.stream()
                .map(Heard::event)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    <T extends McpEvent> @Nullable T last(Class<T> type) {
        List<T> all = all(type);
        return all.isEmpty() ? null : all.get(all.size() - 1);
    }

    /** The exchanges that carried {@code rpcMethod}; the GET for a stream of its own carries null. */
    List<HttpExchangeEvent> exchanges(@Nullable String rpcMethod) {
        return all(HttpExchangeEvent.class).stream()
                .filter(each -> Objects.equals(each.getRpcMethod(), rpcMethod))
                .toList();
    }

    /** The last exchange of the GET for the server's own stream; null if none was answered. */
    public @Nullable HttpExchangeEvent streamExchange() {
        return exchanges(null).stream()
                .filter(each -> each.getHttpMethod().equals("GET"))
                .reduce((first, second) -> second)
                .orElse(null);
    }

    /** Whether the last that is known of the stream is that it is open. */
    public boolean isStreamOpen() {
        StreamEvent event = last(StreamEvent.class);
        return event != null && event.isOpen();
    }

    List<AuthorizationEvent> steps(String step) {
        return all(AuthorizationEvent.class).stream()
                .filter(each -> each.getStep().equals(step))
                .toList();
    }

    List<WarningEvent> strayOutput() {
        return all(WarningEvent.class).stream()
                .filter(each -> WarningEvent.STRAY_OUTPUT.equals(each.getKind()))
                .toList();
    }

    /** Null if no process was started, or it runs. */
    @Nullable
    ServerProcessEvent processEnd() {
        return all(ServerProcessEvent.class).stream()
                .filter(each -> !each.isRunning())
                .findFirst()
                .orElse(null);
    }

    /** By how many seconds the clock of whoever answered first is ahead of ours, by its header Date; null if nobody said. */
    @Nullable
    Long clockAheadSeconds() {
        for (Heard each : heard) {
            Instant date = dateOf(each.event());
            if (date != null) return Duration.between(each.at(), date).toSeconds();
        }
        return null;
    }

    private static @Nullable Instant dateOf(McpEvent event) {
        HttpAnswer answer = event instanceof HttpExchangeEvent exchange
                ? exchange.getAnswer()
                : event instanceof AuthorizationEvent step ? step.getAnswer() : null;
        String date = answer == null ? null : answer.getHeaders().get("date");
        if (date == null) return null;
        try {
            return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** The statuses of all answers of the sign-in's documents. */
    Stream<HttpAnswer> documentAnswers() {
        return Stream.concat(steps("resource_metadata").stream(), steps("server_metadata").stream())
                .map(AuthorizationEvent::getAnswer)
                .filter(Objects::nonNull);
    }
}
