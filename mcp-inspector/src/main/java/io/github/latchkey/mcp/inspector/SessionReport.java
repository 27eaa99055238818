package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.AuthorizationEvent;
import io.github.latchkey.mcp.HttpExchangeEvent;
import io.github.latchkey.mcp.McpEvent;
import io.github.latchkey.mcp.McpEvents;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What happened while connecting, gathered from the events: how the server was convinced, and where the time went. */
final class SessionReport implements McpEvents {
    private final boolean hasBearer;
    private final List<McpEvent> events = new CopyOnWriteArrayList<>();
    private volatile long connectMillis;

    SessionReport(boolean hasBearer) {
        this.hasBearer = hasBearer;
    }

    @Override
    public void onEvent(McpEvent event) {
        events.add(event);
    }

    void connected(long millis) {
        connectMillis = millis;
    }

    long connectMillis() {
        return connectMillis;
    }

    /** {@code none}, {@code bearer} or {@code oauth}. */
    String signIn() {
        if (hasBearer) return "bearer";
        return tokenStep() == null ? "none" : "oauth";
    }

    String signInText() {
        AuthorizationEvent token = tokenStep();
        if (hasBearer) return "with the token of --bearer";
        if (token == null) return "no, the server did not ask";
        return token.getUrl() == null
                ? "with OAuth"
                : "with OAuth at " + URI.create(token.getUrl()).getRawAuthority();
    }

    /** In milliseconds: the whole, the part of it that was spent on signing in, and each HTTP exchange with the server. */
    Map<String, Object> timings() {
        long signIn = 0;
        List<Map<String, @Nullable Object>> exchanges = new ArrayList<>();
        for (McpEvent event : events) {
            if (event instanceof AuthorizationEvent step && step.getElapsedMillis() != null)
                signIn += step.getElapsedMillis();
            if (event instanceof HttpExchangeEvent exchange) exchanges.add(shown(exchange));
        }
        Map<String, Object> timings = new LinkedHashMap<>();
        timings.put("connectMs", connectMillis);
        timings.put("signInMs", signIn);
        timings.put("exchanges", exchanges);
        return timings;
    }

    private static Map<String, @Nullable Object> shown(HttpExchangeEvent exchange) {
        Map<String, @Nullable Object> shown = new LinkedHashMap<>();
        shown.put("httpMethod", exchange.getHttpMethod());
        shown.put("rpcMethod", exchange.getRpcMethod());
        shown.put("status", exchange.getStatus());
        shown.put("elapsedMs", exchange.getElapsedMillis());
        return shown;
    }

    private @Nullable AuthorizationEvent tokenStep() {
        for (McpEvent event : events) {
            if (event instanceof AuthorizationEvent step && step.getStep().equals("token")) return step;
        }
        return null;
    }
}
