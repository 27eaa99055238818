package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.ExchangeFailureEvent;
import io.github.latchkey.mcp.McpEvent;
import io.github.latchkey.mcp.McpEvents;
import io.github.latchkey.mcp.MessageEvent;
import java.util.List;

/** Passes every event on to several, and messages to those of them that want messages. */
record EventListeners(List<McpEvents> listeners) implements McpEvents {
    @Override
    public boolean getWantsMessages() {
        return listeners.stream().anyMatch(McpEvents::getWantsMessages);
    }

    @Override
    public void onEvent(McpEvent event) {
        boolean isForSome = event instanceof MessageEvent || event instanceof ExchangeFailureEvent;
        for (McpEvents listener : listeners) {
            if (!isForSome || listener.getWantsMessages()) listener.onEvent(event);
        }
    }
}
