package io.github.latchkey.mcp.inspector.doctor;

import static io.github.latchkey.mcp.inspector.doctor.Words.facts;

import io.github.latchkey.mcp.HttpExchangeEvent;
import io.github.latchkey.mcp.inspector.doctor.SessionFacts.Handshake;
import io.github.latchkey.mcp.inspector.doctor.SessionFacts.Listing;
import io.github.latchkey.mcp.inspector.doctor.SessionFacts.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the session showed: whether it has an id, its stream, its lists. */
final class SessionSteps {
    private SessionSteps() {}

    static List<Step> of(Findings f) {
        List<Step> steps = new ArrayList<>();
        Handshake handshake = f.session().handshake();
        if (handshake != null && !f.subject().isStdio()) steps.add(session(f, handshake));
        Stream stream = f.session().stream();
        if (stream != null) steps.add(stream(stream));
        f.session().lists().forEach(list -> steps.add(list(list)));
        return steps;
    }

    private static Step session(Findings f, Handshake handshake) {
        if (handshake.isStateless()) return Step.skipped("session", "none: this revision has no sessions");
        boolean isGiven = f.trail().exchanges("initialize").stream().anyMatch(HttpExchangeEvent::getGivesSession);
        return Step.ok(
                "session",
                null,
                isGiven ? "the server gave a session id" : "the server gave no session id",
                facts("hasId", isGiven));
    }

    private static Step stream(Stream stream) {
        Map<String, ?> facts = facts("state", stream.state().name().toLowerCase(java.util.Locale.ROOT));
        return switch (stream.state()) {
            case OPEN -> new Step("stream", Step.Outcome.OK, stream.elapsedMs(), stream.detail(), facts);
            case NONE, NOT_TRIED -> new Step("stream", Step.Outcome.SKIPPED, null, stream.detail(), facts);
            case FAILED, SILENT -> new Step("stream", Step.Outcome.WARNING, stream.elapsedMs(), stream.detail(), facts);
        };
    }

    private static Step list(Listing list) {
        if (list.problem() != null) return Step.failed(list.name(), list.elapsedMs(), list.problem(), Map.of());
        return Step.ok(list.name(), list.elapsedMs(), list.count() + " listed", facts("count", list.count()));
    }
}
