package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.auth.StoredSignIn;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code latchkey whoami}: what is stored of a sign-in. */
@Command(
        name = "whoami",
        description = "Tells what is stored of a sign-in, without its secrets. Ends with 3 if there is none.")
final class WhoamiOperation extends StoreOperation {
    @Override
    Outcome use(StoredSignIns signIns, ServerAddress server, Invocation invocation) {
        StoredSignIn signIn = signIns.find(invocation, server.url());
        if (signIn == null) {
            List<String> lines =
                    List.of("not signed in to " + server.url(), "  to sign in:  latchkey login " + server.url());
            return new Outcome(signIns.json(null), lines, ExitCode.NOT_SIGNED_IN);
        }
        List<String> lines = new ArrayList<>(List.of(server.url()));
        lines.addAll(signIns.lines(signIn));
        return Outcome.ok(signIns.json(signIn), lines);
    }
}
