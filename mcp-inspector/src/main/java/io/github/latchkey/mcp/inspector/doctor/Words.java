package io.github.latchkey.mcp.inspector.doctor;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Short forms of what others said. */
final class Words {
    private static final int MAX = 300;

    private Words() {}

    /** On one line, and not too long. */
    static String bounded(@Nullable String text) {
        if (text == null) return "";
        String line = text.strip().replaceAll("\\s+", " ");
        return line.length() <= MAX ? line : line.substring(0, MAX - 1) + "…";
    }

    static String host(@Nullable String url) {
        if (url == null) return "the server";
        try {
            String authority = URI.create(url).getRawAuthority();
            return authority == null ? url : authority;
        } catch (IllegalArgumentException e) {
            return bounded(url);
        }
    }

    /** A map that keeps its order and can hold null: name, value, name, value. */
    static Map<String, @Nullable Object> facts(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            facts.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return facts;
    }

    /** {@code 90 s}, {@code 4 minutes}, {@code 3 hours}, {@code 12 days}. */
    static String duration(long seconds) {
        if (seconds < 120) return seconds + " s";
        if (seconds < 2 * 3600) return seconds / 60 + " minutes";
        if (seconds < 48 * 3600) return seconds / 3600 + " hours";
        return seconds / 86400 + " days";
    }
}
