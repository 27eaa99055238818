package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.auth.StoredSignIn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code latchkey logout}: forgets a sign-in. */
@Command(
        name = "logout",
        description = "Forgets a sign-in. The authorization server is not told: its tokens end when they end.",
        footer = {"", "Examples:", "  latchkey logout https://mcp.example.com/mcp"})
final class LogoutOperation extends StoreOperation {
    @Override
    Outcome use(StoredSignIns signIns, ServerAddress server, Invocation invocation) {
        StoredSignIn signIn = signIns.remove(invocation, server.url());
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("wasSignedIn", signIn != null);
        String line = signIn == null
                ? "there was no sign-in to " + server.url()
                : "forgot the sign-in to " + server.url() + " at "
                        + signIn.getKey().getIssuer();
        return Outcome.ok(result, List.of(line));
    }
}
