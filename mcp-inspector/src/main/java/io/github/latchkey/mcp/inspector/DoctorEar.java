package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.HttpExchangeEvent;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.ServerCapabilities;
import io.github.latchkey.mcp.ServerNotification;
import io.github.latchkey.mcp.SubscriptionFilter;
import io.github.latchkey.mcp.inspector.doctor.SessionFacts.Stream;
import io.github.latchkey.mcp.inspector.doctor.SessionFacts.Stream.State;
import io.github.latchkey.mcp.inspector.doctor.Trail;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Finds out whether a server's own messages would be heard. */
final class DoctorEar {
    private static final long LIMIT_MILLIS = 2_500;

    private final McpSessionFutures session;
    private final Trail trail;
    private final Invocation invocation;
    private final long start = System.nanoTime();

    DoctorEar(McpSessionFutures session, Trail trail, Invocation invocation) {
        this.session = session;
        this.trail = trail;
        this.invocation = invocation;
    }

    Stream listen(boolean isStateless) {
        return isStateless ? subscribe() : ofSession();
    }

    /** The GET of the session era, which the transport has sent already. */
    private Stream ofSession() {
        CompletableFuture<Boolean> known = trail.streamKnown()
                .thenApply(nothing -> true)
                .completeOnTimeout(false, LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        boolean isKnown = invocation.await(known);
        HttpExchangeEvent answered = trail.streamExchange();
        if (trail.isStreamOpen()) return stream(State.OPEN, "open: the server's own messages are heard", answered);
        if (answered == null || answered.getStatus() == null) {
            return isKnown
                    ? stream(State.FAILED, "the connection for it failed", answered)
                    : stream(State.SILENT, silence("the GET for the server's own stream"), null);
        }
        int status = answered.getStatus();
        if (status == 405 || status == 404 || status < 300) {
            return stream(State.NONE, "the server has none (HTTP " + status + ")", answered);
        }
        return stream(State.FAILED, "GET: HTTP " + status, answered);
    }

    /** The subscription of the stateless era. */
    private Stream subscribe() {
        SubscriptionFilter filter = filter(session.getServer().getCapabilities());
        if (filter == null) return stream(State.NOT_TRIED, "the server offers nothing that could change", null);
        First first = new First();
        session.subscribe(filter).subscribe(first);
        try {
            boolean isHeard =
                    invocation.await(first.heard.completeOnTimeout(false, LIMIT_MILLIS, TimeUnit.MILLISECONDS));
            return isHeard
                    ? stream(State.OPEN, "open: the server tells of changes", null)
                    : stream(State.SILENT, silence("the request to be told of changes"), null);
        } catch (McpException e) {
            boolean hasNone = e.getStatus() == null || e.getStatus() < 500;
            return stream(hasNone ? State.NONE : State.FAILED, Text.oneLine(String.valueOf(e.getMessage()), 300), null);
        } finally {
            first.cancel();
        }
    }

    private static @Nullable SubscriptionFilter filter(ServerCapabilities capabilities) {
        SubscriptionFilter.Builder filter = new SubscriptionFilter.Builder();
        if (capabilities.getTools() != null) filter.toolsChanged();
        if (capabilities.getPrompts() != null) filter.promptsChanged();
        if (capabilities.getResources() != null) filter.resourcesChanged();
        boolean hasAny = capabilities.getTools() != null
                || capabilities.getPrompts() != null
                || capabilities.getResources() != null;
        return hasAny ? filter.build() : null;
    }

    private static String silence(String what) {
        return "no beginning of an answer to " + what + " came within " + LIMIT_MILLIS + " ms";
    }

    private Stream stream(State state, String detail, @Nullable HttpExchangeEvent answered) {
        long elapsed = answered == null ? (System.nanoTime() - start) / 1_000_000 : answered.getElapsedMillis();
        return new Stream(state, detail, elapsed, LIMIT_MILLIS);
    }

    /** Completes with the first thing that is told, and wants no more. */
    private static final class First implements Flow.Subscriber<ServerNotification> {
        final CompletableFuture<Boolean> heard = new CompletableFuture<>();
        private volatile Flow.@Nullable Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
            begun.request(1);
        }

        @Override
        public void onNext(ServerNotification notification) {
            heard.complete(true);
        }

        @Override
        public void onError(Throwable failure) {
            heard.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            heard.complete(true);
        }

        void cancel() {
            Flow.Subscription begun = subscription;
            if (begun != null) begun.cancel();
        }
    }
}
