package io.github.latchkey.mcp.inspector.doctor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the session showed, gathered while it is there. Not thread-safe. */
public final class SessionFacts {
    private final List<Listing> lists = new ArrayList<>();
    private @Nullable Handshake handshake;
    private @Nullable Stream stream;

    /**
     * What was agreed on.
     *
     * @param isStateless whether its revision knows no sessions
     */
    public record Handshake(
            String revision, boolean isStateless, @Nullable String server, List<String> offers) {}

    /**
     * The stream for what the server sends of its own accord.
     *
     * @param detail in a few words
     * @param limitMs how long was waited for it at most
     */
    public record Stream(State state, String detail, long elapsedMs, long limitMs) {
        /** How it went. */
        public enum State {
            OPEN,
            /** The server has none, as is its right. */
            NONE,
            FAILED,
            /** No answer. */
            SILENT,
            NOT_TRIED
        }
    }

    /**
     * A list of the server.
     *
     * @param problem null if it was listed
     */
    public record Listing(
            String name,
            int count,
            long elapsedMs,
            @Nullable String problem) {}

    public void connected(Handshake done) {
        handshake = done;
    }

    public void listened(Stream seen) {
        stream = seen;
    }

    public void listed(Listing list) {
        lists.add(list);
    }

    @Nullable
    Handshake handshake() {
        return handshake;
    }

    @Nullable
    Stream stream() {
        return stream;
    }

    List<Listing> lists() {
        return List.copyOf(lists);
    }
}
