package io.github.latchkey.mcp;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events to the SLF4J logger {@code io.github.latchkey.mcp.McpClient}: warnings at {@code warn}, the steps of a
 * negotiation and of a sign-in at {@code info}, everything else at {@code debug}. Events hold no secrets, so neither does the log. At
 * {@code trace}, if that is enabled when a session is begun, it also gets every message with its body: what was said to the server and by it.
 */
public final class Slf4jEvents implements McpEvents {
    private static final Logger LOG = LoggerFactory.getLogger(McpClient.class);

    @Override
    public boolean isListening() {
        return LOG.isWarnEnabled();
    }

    @Override
    public boolean getWantsMessages() {
        return LOG.isTraceEnabled();
    }

    @Override
    public void onEvent(McpEvent event) {
        if (event instanceof WarningEvent) {
            LOG.warn("{}", event);
        } else if (event instanceof NegotiationEvent || event instanceof AuthorizationEvent) {
            LOG.info("{}", event);
        } else if (event instanceof MessageEvent) {
            LOG.trace("{} {}", event, ((MessageEvent) event).getBody());
        } else {
            LOG.debug("{}", event);
        }
    }
}
