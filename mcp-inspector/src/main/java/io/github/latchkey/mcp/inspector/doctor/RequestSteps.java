package io.github.latchkey.mcp.inspector.doctor;

import static io.github.latchkey.mcp.inspector.doctor.Words.facts;

import io.github.latchkey.mcp.ChallengeEvent;
import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.HttpExchangeEvent;
import io.github.latchkey.mcp.transport.HttpChallenge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The first MCP message, and what the server wants for it. */
final class RequestSteps {
    private static final Set<ErrorCode> ABOUT_ANSWERS = Set.of(
            ErrorCode.NOT_MCP, ErrorCode.PROTOCOL, ErrorCode.TOO_LARGE, ErrorCode.TIMEOUT, ErrorCode.SERVER_ERROR);

    private RequestSteps() {}

    static List<Step> of(Findings f) {
        List<Step> steps = new ArrayList<>();
        steps.add(request(f));
        ChallengeEvent challenge =
                f.trail().all(ChallengeEvent.class).stream().findFirst().orElse(null);
        if (challenge != null) steps.add(challenge(f, challenge));
        return steps;
    }

    private static Step request(Findings f) {
        List<HttpExchangeEvent> all = f.trail().all(HttpExchangeEvent.class);
        if (all.isEmpty()) {
            if (f.failure() == null) return Step.skipped("request", "nothing was sent");
            return Step.failed("request", null, f.message(), Map.of());
        }
        HttpExchangeEvent first = all.get(0);
        String type = first.getAnswer() == null
                ? null
                : first.getAnswer().getHeaders().get("content-type");
        Map<String, @Nullable Object> facts = facts(
                "httpMethod", first.getHttpMethod(),
                "rpcMethod", first.getRpcMethod(),
                "status", first.getStatus(),
                "contentType", type == null ? null : Words.bounded(type),
                "server",
                        first.getAnswer() == null
                                ? null
                                : first.getAnswer().getHeaders().get("server"),
                "via",
                        first.getAnswer() == null
                                ? null
                                : first.getAnswer().getHeaders().get("via"),
                "clockAheadSeconds", f.trail().clockAheadSeconds());
        String what = first.getHttpMethod() + (first.getRpcMethod() == null ? "" : " " + first.getRpcMethod());
        if (first.getStatus() == null) {
            return Step.failed("request", first.getElapsedMillis(), what + ": " + f.message(), facts);
        }
        String summary = what + ": HTTP " + first.getStatus() + (type == null ? "" : " " + Words.bounded(type));
        if (!isBad(f, first.getStatus())) return Step.ok("request", first.getElapsedMillis(), summary, facts);
        facts.put("problem", f.message());
        return Step.failed("request", first.getElapsedMillis(), summary, facts);
    }

    /** A 401 has a step of its own; other refusals are only bad if nothing came after them. */
    private static boolean isBad(Findings f, int status) {
        if (f.isConnected() || f.failure() == null || status == 401 || SignInSteps.isAboutSignIn(f)) return false;
        return status >= 300 || ABOUT_ANSWERS.contains(f.failure().getCode());
    }

    private static Step challenge(Findings f, ChallengeEvent event) {
        Map<String, @Nullable Object> facts = facts(
                "status",
                event.getStatus(),
                "challenges",
                event.getChallenges().stream().map(RequestSteps::shown).toList());
        String schemes = event.getChallenges().isEmpty()
                ? "no WWW-Authenticate"
                : Words.bounded(String.join(
                        "; ",
                        event.getChallenges().stream()
                                .map(HttpChallenge::toString)
                                .toList()));
        String summary = "HTTP " + event.getStatus() + ", " + schemes;
        boolean isEnd = !event.isRetried() && !SignInSteps.isAboutSignIn(f) && f.failure() != null;
        return isEnd ? Step.failed("challenge", null, summary, facts) : Step.ok("challenge", null, summary, facts);
    }

    private static Map<String, Object> shown(HttpChallenge challenge) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("scheme", Words.bounded(challenge.getScheme()));
        Map<String, Object> parameters = new LinkedHashMap<>();
        challenge.getParameters().forEach((name, value) -> parameters.put(name, Words.bounded(value)));
        shown.put("parameters", parameters);
        return shown;
    }
}
