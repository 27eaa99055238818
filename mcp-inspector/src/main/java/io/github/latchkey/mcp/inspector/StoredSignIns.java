package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.auth.SignInsFutures;
import io.github.latchkey.mcp.auth.StoredSignIn;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sign-ins in the store of the options, for programs and for people. */
final class StoredSignIns implements AutoCloseable {
    private final Console console;
    private final StoreOptions options;
    private final SignInsFutures signIns;

    StoredSignIns(Console console, StoreOptions options) {
        this.console = console;
        this.options = options;
        this.signIns = new SignInsFutures(options.open(console));
    }

    @Nullable
    StoredSignIn find(Invocation invocation, String url) {
        return invocation.await(signIns.find(url));
    }

    @Nullable
    StoredSignIn remove(Invocation invocation, String url) {
        return invocation.await(signIns.remove(url));
    }

    /** What {@code --json} shows; {@code signIn} is null if there is none. */
    Map<String, @Nullable Object> json(@Nullable StoredSignIn signIn) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("signedIn", signIn != null);
        if (signIn != null) {
            json.put("issuer", signIn.getKey().getIssuer());
            json.put("clientId", signIn.getKey().getClientId());
            json.put("resource", signIn.getKey().getResource());
            json.put("scopes", signIn.getScopes());
            json.put("obtainedAt", signIn.getObtainedAt().toString());
            json.put(
                    "expiresAt",
                    signIn.getExpiresAt() == null ? null : signIn.getExpiresAt().toString());
            json.put("isRefreshable", signIn.isRefreshable());
        }
        Path file = options.file(console);
        json.put("store", file == null ? null : file.toString());
        json.put("isEncrypted", options.isEncrypted(console));
        return json;
    }

    /** What {@code page} says of it, for people. */
    Page rows(Page page, StoredSignIn signIn) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("signed in at", signIn.getKey().getIssuer());
        rows.put("as client", signIn.getKey().getClientId());
        rows.put("for", signIn.getKey().getResource());
        rows.put("scopes", signIn.getScopes().isEmpty() ? "none named" : String.join(" ", signIn.getScopes()));
        rows.put("token", token(signIn));
        rows.put("kept in", options.file(console) + (options.isEncrypted(console) ? " (encrypted)" : ""));
        return page.rows(rows);
    }

    private static String token(StoredSignIn signIn) {
        String after = signIn.isRefreshable() ? ", then refreshed" : ", then to be signed in again";
        if (signIn.getExpiresAt() == null) return "good until the server refuses it" + after;
        Instant end = Instant.ofEpochSecond(signIn.getExpiresAt().getEpochSeconds());
        Duration left = Duration.between(Instant.now(), end);
        String until = left.isNegative() ? "ended " + words(left.negated()) + " ago" : "good for " + words(left);
        return until + after;
    }

    private static String words(Duration duration) {
        if (duration.toHours() >= 48) return duration.toDays() + " days";
        if (duration.toMinutes() >= 120) return duration.toHours() + " hours";
        if (duration.toMinutes() >= 2) return duration.toMinutes() + " minutes";
        return duration.toSeconds() + " seconds";
    }

    @Override
    public void close() {
        signIns.close();
    }
}
