package io.github.latchkey.mcp.inspector;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps the secrets of the command line out of what is printed, also when a server sends them back. Thread-safe. */
final class Redaction {
    /** Shorter ones are no secrets, and would take ordinary words with them. */
    private static final int MIN_LENGTH = 4;

    private final List<String> secrets = new CopyOnWriteArrayList<>();

    /** From now on {@code secret} is not shown. */
    void hide(String secret) {
        if (secret.length() < MIN_LENGTH) return;
        secrets.add(secret);
        // A secret that is the beginning of another must not save the rest of it.
        secrets.sort(Comparator.comparingInt(String::length).reversed());
    }

    String apply(String text) {
        String shown = text;
        for (String secret : secrets) shown = shown.replace(secret, "***");
        return shown;
    }
}
