package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.AuthorizationEvent;
import io.github.latchkey.mcp.ChallengeEvent;
import io.github.latchkey.mcp.HttpExchangeEvent;
import io.github.latchkey.mcp.McpEvent;
import io.github.latchkey.mcp.NegotiationEvent;
import io.github.latchkey.mcp.RetryEvent;
import io.github.latchkey.mcp.StreamEvent;
import io.github.latchkey.mcp.WarningEvent;
import org.jspecify.annotations.Nullable;

/** Events as sentences. */
final class EventText {
    private EventText() {}

    static String describe(McpEvent event) {
        if (event instanceof HttpExchangeEvent e) return exchange(e);
        if (event instanceof ChallengeEvent e) return challenge(e);
        if (event instanceof AuthorizationEvent e) return step(e);
        if (event instanceof NegotiationEvent e) return "negotiation: " + e.getAsked() + ": " + e.getOutcome();
        if (event instanceof RetryEvent e) return "again: " + word(e.getRpcMethod()) + e.getReason();
        if (event instanceof StreamEvent e)
            return "stream " + (e.isOpen() ? "open" : "closed") + parenthesis(e.getReason());
        if (event instanceof WarningEvent e) return "warning: " + e.getMessage();
        return event.toString();
    }

    private static String exchange(HttpExchangeEvent e) {
        String answer = e.getStatus() == null ? String.valueOf(e.getFailure()) : "HTTP " + e.getStatus();
        return e.getHttpMethod() + " " + e.getUrl() + parenthesis(e.getRpcMethod()) + " -> " + answer + " in "
                + Text.millis(e.getElapsedMillis());
    }

    private static String challenge(ChallengeEvent e) {
        String schemes = e.getSchemes().isEmpty() ? "no scheme named" : String.join(", ", e.getSchemes());
        return "challenge: HTTP " + e.getStatus() + ", " + schemes + (e.isRetried() ? "; trying again" : "; giving up");
    }

    private static String step(AuthorizationEvent e) {
        String url = e.getUrl() == null ? "" : " " + e.getUrl();
        String time = e.getElapsedMillis() == null ? "" : " in " + Text.millis(e.getElapsedMillis());
        return "sign-in: " + e.getStep().replace('_', ' ') + url + " -> " + e.getOutcome() + time;
    }

    private static String word(@Nullable String text) {
        return text == null ? "" : text + " ";
    }

    private static String parenthesis(@Nullable String text) {
        return text == null ? "" : " (" + text + ")";
    }
}
