package io.github.latchkey.mcp.inspector;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/** Keeps the secrets of the command line out of what is printed, also when a server sends them back. Thread-safe. */
final class Redaction {
    /** Shorter ones are no secrets, and would take ordinary words with them. */
    private static final int MIN_LENGTH = 4;

    private static final Pattern SENSITIVE = Pattern.compile(
            "auth|cookie|key|token|secret|password|credential|session|signature", Pattern.CASE_INSENSITIVE);

    private final List<String> secrets = new CopyOnWriteArrayList<>();

    /** From now on {@code secret} is not shown. */
    void hide(String secret) {
        if (secret.length() < MIN_LENGTH) return;
        secrets.add(secret);
        // A secret that is the beginning of another must not save the rest of it.
        secrets.sort(Comparator.comparingInt(String::length).reversed());
    }

    /** Hides {@code value} if {@code name}, of a header or a query parameter, says that it is a secret. */
    void hideIfSensitive(String name, String value) {
        if (!SENSITIVE.matcher(name).find()) return;
        hide(value);
        // "Bearer <token>": a server may repeat the token alone.
        hide(value.substring(value.lastIndexOf(' ') + 1));
    }

    String apply(String text) {
        String shown = text;
        for (String secret : secrets) shown = shown.replace(secret, "***");
        return shown;
    }
}
