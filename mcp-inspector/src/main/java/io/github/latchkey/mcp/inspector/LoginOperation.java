package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.auth.StoredSignIn;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code latchkey login}: signs in now, so that later commands need not. */
@Command(
        name = "login",
        description = "Signs in, and keeps the sign-in for later commands.",
        footer = {
            "",
            "Examples:",
            "  latchkey login https://mcp.example.com/mcp",
            "  latchkey login https://mcp.example.com/mcp --scope 'files:read files:write'",
            "  latchkey login https://mcp.example.com/mcp --no-browser"
        })
final class LoginOperation extends SessionOperation {
    @Override
    boolean signsIn() {
        return true;
    }

    @Override
    void check() {
        if (credentials.bearer != null) {
            throw new UsageException("login and --bearer exclude each other", "leave out --bearer to sign in");
        }
        if (credentials.store.isNone()) {
            throw new UsageException("login keeps the sign-in, and --store none keeps nothing", "name a file");
        }
    }

    @Override
    Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation) {
        try (StoredSignIns signIns = new StoredSignIns(invocation.console(), credentials.store)) {
            StoredSignIn signIn = signIns.find(invocation, address());
            if (signIn == null && session.getServer().getCapabilities().getTools() != null) {
                // Some servers let anybody connect, and ask at the first request that is of use.
                invocation.await(session.listTools());
                signIn = signIns.find(invocation, address());
            }
            if (signIn == null) {
                String line = address() + " did not ask for a sign-in";
                return Outcome.ok(signIns.json(null), List.of(line));
            }
            Page page = new Page().add(Line.of(Ink.GOOD, "signed in to " + address()));
            return Outcome.ok(signIns.json(signIn), signIns.rows(page, signIn));
        }
    }
}
