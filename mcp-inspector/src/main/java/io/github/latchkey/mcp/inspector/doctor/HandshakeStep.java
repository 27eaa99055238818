package io.github.latchkey.mcp.inspector.doctor;

import static io.github.latchkey.mcp.inspector.doctor.Words.facts;

import io.github.latchkey.mcp.NegotiationEvent;
import io.github.latchkey.mcp.UnsupportedVersionException;
import io.github.latchkey.mcp.inspector.doctor.SessionFacts.Handshake;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which revision is spoken, and how that was found out. */
final class HandshakeStep {
    private HandshakeStep() {}

    static Step of(Findings f) {
        List<String> found = f.trail().all(NegotiationEvent.class).stream()
                .map(event -> event.getAsked() + ": " + Words.bounded(event.getOutcome()))
                .toList();
        Handshake handshake = f.session().handshake();
        if (handshake == null) return failed(f, found);
        String era = handshake.isStateless() ? "stateless era" : "session era";
        String server = handshake.server() == null ? "a server without a name" : Words.bounded(handshake.server());
        Map<String, @Nullable Object> facts = facts(
                "revision",
                handshake.revision(),
                "era",
                handshake.isStateless() ? "stateless" : "session",
                "found",
                found,
                "server",
                server,
                "offers",
                handshake.offers());
        return Step.ok("handshake", null, handshake.revision() + " (" + era + ") with " + server, facts);
    }

    private static Step failed(Findings f, List<String> found) {
        if (f.failure() == null
                || (f.failure().getStatus() == null && found.isEmpty())
                || SignInSteps.isAboutSignIn(f)) {
            return Step.skipped("handshake", "not reached");
        }
        Map<String, @Nullable Object> facts = facts("found", found.isEmpty() ? null : found);
        if (f.failure() instanceof UnsupportedVersionException e) {
            facts.put("clientVersions", e.getClientVersions());
            facts.put(
                    "serverVersions",
                    e.getServerVersions().stream().map(Words::bounded).toList());
        }
        return Step.failed("handshake", null, f.message(), facts);
    }
}
