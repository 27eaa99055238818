package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.auth.FileTokenStore;
import io.github.latchkey.mcp.auth.MemoryTokenStore;
import io.github.latchkey.mcp.auth.TokenStore;
import io.github.latchkey.mcp.auth.TokenStoreKey;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where sign-ins are kept from one run to the next. */
final class StoreOptions {
    /** A key in Base64; sign-ins are encrypted with it. */
    static final String KEY_VARIABLE = "LATCHKEY_STORE_KEY";

    @Option(
            names = "--store",
            paramLabel = "FILE|none",
            description = {
                "Keep sign-ins in FILE, or in none; by default in a file of this user alone.",
                "Encrypted if " + KEY_VARIABLE + " holds 32 bytes in Base64."
            })
    @Nullable
    String store;

    boolean isNone() {
        return "none".equals(store);
    }

    /** The file, null for none. */
    @Nullable
    Path file(Console console) {
        if (isNone()) return null;
        if (store == null) return defaultFolder(console).resolve("latchkey").resolve("tokens.json");
        try {
            return Path.of(store).toAbsolutePath();
        } catch (InvalidPathException e) {
            throw new UsageException("the value of --store is no name of a file", "name a file, or none");
        }
    }

    TokenStore open(Console console) {
        Path file = file(console);
        return file == null ? new MemoryTokenStore() : new FileTokenStore(file, key(console));
    }

    boolean isEncrypted(Console console) {
        return !isNone() && key(console) != null;
    }

    private static @Nullable TokenStoreKey key(Console console) {
        String value = console.environmentVariable(KEY_VARIABLE);
        if (value == null || value.isBlank()) return null;
        console.redaction().hide(value.strip());
        try {
            return TokenStoreKey.ofBase64(value);
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "the environment variable " + KEY_VARIABLE + " does not hold a key",
                    "make one with 'openssl rand -base64 32'");
        }
    }

    // XDG Base Directory Specification: state that is not for other machines; a relative path there is to be ignored.
    private static Path defaultFolder(Console console) {
        String state = console.environmentVariable("XDG_STATE_HOME");
        if (state != null && Path.of(state).isAbsolute()) return Path.of(state);
        String local = console.environmentVariable("LOCALAPPDATA");
        boolean isWindows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        if (isWindows && local != null) return Path.of(local);
        return Path.of(System.getProperty("user.home"), ".local", "state");
    }
}
