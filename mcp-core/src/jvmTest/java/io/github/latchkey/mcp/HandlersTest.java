package io.github.latchkey.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.transport.InMemoryTransport;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Handlers and streams as Java writes them. */
class HandlersTest {
    private static ClientOptions.Builder options() {
        return new ClientOptions.Builder().eraMemory(new EraMemory());
    }

    @Test
    void aHandlerReturnsAStage() {
        ClientOptions options = options()
                .elicitation(
                        true,
                        AsyncHandlers.elicitation(
                                request -> CompletableFuture.completedFuture(ElicitationResult.decline())))
                .roots(AsyncHandlers.roots(
                        () -> CompletableFuture.completedFuture(List.of(new Root("file:///a", null)))))
                .build();
        try (McpSessionFutures session = McpClientFutures.connect(new InMemoryTransport(new FakeServer()), options)
                .join()) {
            assertEquals(
                    "{\"k\":{\"action\":\"decline\"}}",
                    session.callTool("ask").join().getText());
        }
    }

    @Test
    void aPublisherGivesWhatIsAskedForUntilItIsCancelled() throws Exception {
        try (McpSessionFutures session = McpClientFutures.connect(
                        new InMemoryTransport(new FakeServer()), options().build())
                .join()) {
            Collector collector = new Collector();
            session.notifications().subscribe(collector);
            assertTrue(collector.subscribed.await(5, TimeUnit.SECONDS));
            while (collector.received.getCount() > 0) {
                session.callTool("tell").get(5, TimeUnit.SECONDS);
                collector.received.await(10, TimeUnit.MILLISECONDS);
            }
            assertEquals(ServerNotification.ToolsChanged.INSTANCE, collector.last);
            session.callTool("echo", Map.of()).join();
        }
    }

    private static final class Collector implements Flow.Subscriber<ServerNotification> {
        final CountDownLatch subscribed = new CountDownLatch(1);
        final CountDownLatch received = new CountDownLatch(2);
        volatile ServerNotification last = new ServerNotification.Other("none", null);
        private volatile Flow.Subscription subscription = new Flow.Subscription() {
            @Override
            public void request(long count) {}

            @Override
            public void cancel() {}
        };

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            subscription.request(1);
            subscribed.countDown();
        }

        @Override
        public void onNext(ServerNotification item) {
            last = item;
            received.countDown();
            if (received.getCount() > 0) {
                subscription.request(1);
            } else {
                subscription.cancel();
            }
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {}
    }
}
