package io.github.latchkey.mcp.inspector;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The command line is wrong; the message says how, the remedy what to write instead. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String remedy;
    private final transient Map<String, @Nullable Object> facts;

    UsageException(String message, String remedy) {
        this(message, remedy, Map.of());
    }

    /** @param facts further members of {@code error} in JSON */
    UsageException(String message, String remedy, Map<String, @Nullable Object> facts) {
        super(message);
        this.remedy = remedy;
        this.facts = facts;
    }

    String remedy() {
        return remedy;
    }

    Map<String, @Nullable Object> facts() {
        return facts;
    }
}
