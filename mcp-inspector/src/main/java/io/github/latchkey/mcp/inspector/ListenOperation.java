package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.ServerCapabilities;
import io.github.latchkey.mcp.ServerNotification;
import io.github.latchkey.mcp.SubscriptionFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code latchkey listen}: what a server tells of its own accord. */
@Command(
        name = "listen",
        description = "Prints what changes on a server, until it is interrupted or the server ends the subscription.",
        footer = {
            "",
            "Examples:",
            "  latchkey listen everything --for 1s",
            "  latchkey listen https://mcp.example.com/mcp --resource file:///log.txt"
        })
final class ListenOperation extends SessionOperation {
    @Option(
            names = "--resource",
            paramLabel = "URI",
            description = "Also tell of changes of this resource. May be given several times.")
    List<String> resources = new ArrayList<>();

    @Option(names = "--for", paramLabel = "TIME", description = "End after this time: 500ms, 6s, 2m.")
    @Nullable
    Duration time;

    @Override
    boolean hearsServer() {
        return true;
    }

    @Override
    Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation) {
        List<Map<String, Object>> heard = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Void> end = new CompletableFuture<>();
        if (time != null) end.completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS);
        session.subscribe(filter(session.getServer().getCapabilities())).subscribe(new Listener(end, told -> {
            heard.add(told);
            if (!invocation.isJson()) invocation.console().print(line(told));
        }));
        invocation.await(end);
        return Outcome.ok(Map.of("notifications", List.copyOf(heard)), List.of());
    }

    private SubscriptionFilter filter(ServerCapabilities capabilities) {
        SubscriptionFilter.Builder filter = new SubscriptionFilter.Builder();
        boolean hasAny = !resources.isEmpty();
        if (capabilities.getTools() != null) filter.toolsChanged();
        if (capabilities.getPrompts() != null) filter.promptsChanged();
        if (capabilities.getResources() != null) filter.resourcesChanged();
        hasAny |= capabilities.getTools() != null
                || capabilities.getPrompts() != null
                || capabilities.getResources() != null;
        if (!hasAny)
            throw new UsageException("the server offers nothing that could change", "see it with 'latchkey connect'");
        resources.forEach(filter::resource);
        return filter.build();
    }

    private static String line(Map<String, Object> told) {
        Object uri = told.get("uri");
        return told.get("event") + (uri == null ? "" : " " + Text.printable(String.valueOf(uri)));
    }

    private static Map<String, Object> describe(ServerNotification notification) {
        Map<String, Object> told = new LinkedHashMap<>();
        if (notification instanceof ServerNotification.Subscribed) told.put("event", "listening");
        else if (notification instanceof ServerNotification.ToolsChanged) told.put("event", "tools changed");
        else if (notification instanceof ServerNotification.PromptsChanged) told.put("event", "prompts changed");
        else if (notification instanceof ServerNotification.ResourcesChanged) told.put("event", "resources changed");
        else if (notification instanceof ServerNotification.ResourceUpdated updated) {
            told.put("event", "resource updated");
            told.put("uri", updated.getUri());
        } else told.put("event", notification.toString());
        return told;
    }

    /** Takes everything as it comes, and completes {@code end} with the subscription. */
    private record Listener(CompletableFuture<Void> end, Consumer<Map<String, Object>> tell)
            implements Flow.Subscriber<ServerNotification> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(ServerNotification notification) {
            tell.accept(describe(notification));
        }

        @Override
        public void onError(Throwable failure) {
            end.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            end.complete(null);
        }
    }
}
