package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.transport.HttpChallenge;
import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A challenge of {@code WWW-Authenticate} as JSON shows it: an object with {@code scheme} and {@code parameters}. */
final class Challenge extends AbstractMap<String, Object> {
    private final HttpChallenge challenge;

    private Challenge(HttpChallenge challenge) {
        this.challenge = challenge;
    }

    /** The first one of a scheme that MCP knows, else the first; null if there is none. */
    static @Nullable Challenge mostRelevant(List<HttpChallenge> challenges) {
        if (challenges.isEmpty()) return null;
        return new Challenge(challenges.stream()
                .filter(each ->
                        Set.of("bearer", "dpop").contains(each.getScheme().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElse(challenges.get(0)));
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("scheme", challenge.getScheme());
        members.put("parameters", challenge.getParameters());
        return members.entrySet();
    }

    /** As in the header. */
    @Override
    public String toString() {
        return challenge.toString();
    }
}
