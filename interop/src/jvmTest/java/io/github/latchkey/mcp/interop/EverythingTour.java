package io.github.latchkey.mcp.interop;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.AsyncHandlers;
import io.github.latchkey.mcp.ClientOptions;
import io.github.latchkey.mcp.CompletionReference;
import io.github.latchkey.mcp.ElicitationResult;
import io.github.latchkey.mcp.EraMemory;
import io.github.latchkey.mcp.JsonRpcException;
import io.github.latchkey.mcp.JsonSchemaValidator;
import io.github.latchkey.mcp.LoggingLevel;
import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.OutputValidation;
import io.github.latchkey.mcp.Prompt;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.RequestOptions;
import io.github.latchkey.mcp.Resource;
import io.github.latchkey.mcp.Root;
import io.github.latchkey.mcp.SamplingResult;
import io.github.latchkey.mcp.ServerNotification;
import io.github.latchkey.mcp.SubscriptionFilter;
import io.github.latchkey.mcp.Tool;
import io.github.latchkey.mcp.http.HttpTransportOptions;
import io.github.latchkey.mcp.http.StreamableHttpTransport;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/** Every feature of the reference server from Java, on futures alone: each method is one part, and fails with an {@link AssertionError}. */
final class EverythingTour {
    private static final String DOCUMENT = "demo://resource/static/document/architecture.md";

    private final String url;

    EverythingTour(String url) {
        this.url = url;
    }

    void listsAndPages() {
        try (McpSessionFutures session = connect()) {
            assertTrue(names(session.listTools().join(), Tool::getName).contains("get-roots-list"));
            assertTrue(names(session.listResources().join(), Resource::getUri).contains(DOCUMENT));
            assertEquals(2, session.listResourceTemplates().join().size());
            assertTrue(names(session.listPrompts().join(), Prompt::getName).contains("args-prompt"));
            List<String> paged = new CopyOnWriteArrayList<>();
            first(session.toolPages(), page -> {
                paged.addAll(names(page.getTools(), Tool::getName));
                return page.getNextCursor() == null;
            });
            assertEquals(names(session.listTools().join(), Tool::getName), paged);
            session.ping().join();
        }
    }

    void callsTools() {
        try (McpSessionFutures session = connect()) {
            session.listTools().join();
            assertEquals(
                    "The sum of 2 and 40 is 42.",
                    session.callTool("get-sum", Map.of("a", 2, "b", 40)).join().getText());
            RawJson weather = session.callTool("get-structured-content", Map.of("location", "Chicago"))
                    .join()
                    .getStructuredContent();
            assertTrue(weather != null && weather.getText().contains("\"humidity\":82"), String.valueOf(weather));
            assertTrue(session.callTool("get-sum", Map.of("a", "two")).join().isError());
            List<Double> heard = new CopyOnWriteArrayList<>();
            var options = new RequestOptions.Builder()
                    .onProgress(progress -> heard.add(progress.getProgress()))
                    .build();
            session.callTool("trigger-long-running-operation", Map.of("duration", 1, "steps", 2), options)
                    .join();
            assertEquals(List.of(1.0, 2.0), heard);
        }
    }

    void readsFillsInAndCompletes() {
        try (McpSessionFutures session = connect()) {
            String text =
                    session.readResource(DOCUMENT).join().getContents().get(0).getText();
            assertTrue(text != null && text.startsWith("# Everything Server"));
            CompletionException failure = assertThrows(
                    CompletionException.class,
                    () -> session.readResource("demo://resource/none").join());
            assertInstanceOf(JsonRpcException.class, failure.getCause());
            assertEquals(
                    1,
                    session.getPrompt("args-prompt", Map.of("city", "Bern"))
                            .join()
                            .getMessages()
                            .size());
            assertEquals(
                    List.of("Engineering"),
                    session.complete(CompletionReference.prompt("completable-prompt"), "department", "Eng")
                            .join()
                            .getCompletion()
                            .getValues());
        }
    }

    void answersWhatTheServerAsks() {
        try (McpSessionFutures session = connect()) {
            assertTrue(session.callTool("get-roots-list").join().getText().contains("file:///srv/project"));
            assertTrue(session.callTool("trigger-sampling-request", Map.of("prompt", "why?"))
                    .join()
                    .getText()
                    .contains("forty-two"));
            assertTrue(session.callTool("trigger-elicitation-request")
                    .join()
                    .getText()
                    .contains("declined"));
        }
    }

    void hearsLogsAndChanges() {
        try (McpSessionFutures session = connect()) {
            session.setLoggingLevel(LoggingLevel.DEBUG).join();
            CompletableFuture<ServerNotification> logged =
                    begin(session.notifications(), told -> told instanceof ServerNotification.Log);
            session.callTool("toggle-simulated-logging").join();
            assertInstanceOf(
                    ServerNotification.Log.class,
                    logged.orTimeout(20, TimeUnit.SECONDS).join());
            session.callTool("toggle-simulated-logging").join();
            List<CompletableFuture<?>> toggles = new CopyOnWriteArrayList<>();
            ServerNotification updated = first(
                    session.subscribe(
                            new SubscriptionFilter.Builder().resource(DOCUMENT).build()),
                    told -> {
                        if (told instanceof ServerNotification.Subscribed)
                            toggles.add(session.callTool("toggle-subscriber-updates"));
                        return told instanceof ServerNotification.ResourceUpdated;
                    });
            assertEquals(
                    DOCUMENT,
                    assertInstanceOf(ServerNotification.ResourceUpdated.class, updated)
                            .getUri());
            toggles.forEach(CompletableFuture::join);
        }
    }

    void waitsForATask() {
        try (McpSessionFutures session = connect()) {
            session.listTools().join();
            List<String> states = new CopyOnWriteArrayList<>();
            var options = new RequestOptions.Builder()
                    .onTask(task -> states.add(task.getStatus()))
                    .build();
            String report = session.callTool("simulate-research-query", Map.of("topic", "bees"), options)
                    .join()
                    .getText();
            assertTrue(report.startsWith("# Research Report: bees"), report);
            assertEquals("completed", states.get(states.size() - 1));
            assertFalse(states.isEmpty());
        }
    }

    private McpSessionFutures connect() {
        ClientOptions options = new ClientOptions.Builder()
                .eraMemory(new EraMemory())
                .outputValidation(OutputValidation.STRICT, new JsonSchemaValidator())
                .roots(AsyncHandlers.roots(() -> completedFuture(List.of(new Root("file:///srv/project", "project")))))
                .sampling(AsyncHandlers.sampling(request -> completedFuture(new SamplingResult(
                        "assistant", RawJson.parse("{\"type\":\"text\",\"text\":\"forty-two\"}"), "a-model", null))))
                .elicitation(AsyncHandlers.elicitation(request -> completedFuture(ElicitationResult.decline())))
                .build();
        HttpTransportOptions http =
                new HttpTransportOptions.Builder().serverStream(true).build();
        return McpClientFutures.connect(new StreamableHttpTransport(url, http), options)
                .join();
    }

    private static <T> List<String> names(List<T> items, Function<T, String> name) {
        return items.stream().map(name).toList();
    }

    private static <T> T first(Flow.Publisher<T> publisher, Predicate<T> isWanted) {
        return begin(publisher, isWanted).orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static <T> CompletableFuture<T> begin(Flow.Publisher<T> publisher, Predicate<T> isWanted) {
        CompletableFuture<T> found = new CompletableFuture<>();
        publisher.subscribe(new Flow.Subscriber<T>() {
            private Flow.Subscription subscription;

            @Override
            public void onSubscribe(Flow.Subscription begun) {
                subscription = begun;
                begun.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(T item) {
                if (!isWanted.test(item)) return;
                found.complete(item);
                subscription.cancel();
            }

            @Override
            public void onError(Throwable failure) {
                found.completeExceptionally(failure);
            }

            @Override
            public void onComplete() {
                found.completeExceptionally(new AssertionError("it ended before"));
            }
        });
        return found;
    }
}
