package io.github.latchkey.mcp;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events to the SLF4J logger {@code io.github.latchkey.mcp.McpClient}: warnings at {@code warn}, the steps of a
 * negotiation and of a sign-in at {@code info}, everything else at {@code debug}. Events hold no secrets, so neither does the log.
 */
public final class Slf4jEvents implements McpEvents {
    private static final Logger LOG = LoggerFactory.getLogger(McpClient.class);

    @Override
    public boolean isListening() {
        return LOG.isWarnEnabled();
    }

    @Override
    public void onEvent(McpEvent event) {
        if (event instanceof WarningEvent) {
            LOG.warn("{}", event);
        } else if (event instanceof NegotiationEvent || event instanceof AuthorizationEvent) {
            LOG.info("{}", event);
        } else {
            LOG.debug("{}", event);
        }
    }
}
