package io.github.latchkey.mcp.inspector;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The server that a command is about.
 *
 * @param url absolute, http or https
 */
record ServerAddress(String url) {
    // Wider than java.net.URI, which has no host with an underscore; container networks do.
    private static final Pattern AUTHORITY = Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+])(:\\d{1,5})?");

    /** Throws {@link IllegalArgumentException} that says what is wrong with {@code text}. */
    static ServerAddress parse(String text) {
        URI uri = uri(text);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String authority = uri.getRawAuthority();
        if (!scheme.equals("http") && !scheme.equals("https"))
            throw new IllegalArgumentException(otherScheme(text, uri));
        if (authority == null) throw new IllegalArgumentException("'" + text + "' has no host");
        if (authority.contains("@")) {
            // Not repeated: it may be a password.
            throw new IllegalArgumentException(
                    "a user or password does not belong into the URL; use --header or --bearer");
        }
        if (!AUTHORITY.matcher(authority).matches() || port(authority) > 65535) {
            throw new IllegalArgumentException("'" + text + "' has no valid host and port");
        }
        if (uri.getRawFragment() != null) throw new IllegalArgumentException("'" + text + "' has a fragment (#…)");
        return new ServerAddress(text);
    }

    /** The parameters of the query, as they stand in the URL. */
    Map<String, String> parameters() {
        String query = URI.create(url).getRawQuery();
        if (query == null) return Map.of();
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) parameters.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return parameters;
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("this is no URL: " + e.getReason(), e);
        }
    }

    private static String otherScheme(String text, URI uri) {
        @Nullable String scheme = uri.getScheme();
        if (scheme == null || uri.isOpaque())
            return "'" + text + "' is no URL; write it in full, as in https://host/mcp";
        return "'" + scheme + "' is not supported; a server has an http or https URL";
    }

    private static int port(String authority) {
        int colon = authority.lastIndexOf(':');
        if (colon < 0 || authority.endsWith("]")) return 0;
        return Integer.parseInt(authority.substring(colon + 1));
    }

    @Override
    public String toString() {
        return url;
    }
}
