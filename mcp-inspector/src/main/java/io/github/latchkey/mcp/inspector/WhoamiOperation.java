package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.auth.StoredSignIn;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code latchkey whoami}: what is stored of a sign-in. */
@Command(
        name = "whoami",
        description = "Tells what is stored of a sign-in, without its secrets. Ends with 3 if there is none.",
        footer = {
            "",
            "Examples:",
            "  latchkey whoami https://mcp.example.com/mcp",
            "  latchkey whoami https://mcp.example.com/mcp --store ./tokens.json"
        })
final class WhoamiOperation extends StoreOperation {
    @Override
    Outcome use(StoredSignIns signIns, ServerAddress server, Invocation invocation) {
        StoredSignIn signIn = signIns.find(invocation, server.url());
        if (signIn == null) {
            Page page = new Page()
                    .add(Line.of(Ink.BAD, "not signed in to " + server.url()))
                    .rows(Map.of("to sign in:", "latchkey login " + server.url()), Map.of("to sign in:", Ink.REMEDY));
            return new Outcome(signIns.json(null), page, ExitCode.NOT_SIGNED_IN);
        }
        return Outcome.ok(signIns.json(signIn), signIns.rows(new Page().heading(server.url()), signIn));
    }
}
