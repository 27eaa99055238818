package io.github.latchkey.mcp.inspector.doctor;

import static io.github.latchkey.mcp.inspector.doctor.Words.facts;

import io.github.latchkey.mcp.AuthorizationEvent;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.Phase;
import io.github.latchkey.mcp.auth.AuthorizationFailedException;
import io.github.latchkey.mcp.auth.TokenClaims;
import io.github.latchkey.mcp.auth.TokenEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sign-in: every document and endpoint that was asked, and the token. */
final class SignInSteps {
    private final Findings f;
    private final List<Step> steps = new ArrayList<>();
    private final List<@Nullable String> urls = new ArrayList<>();

    private SignInSteps(Findings f) {
        this.f = f;
    }

    /** Whether the failure is one of the sign-in itself. */
    static boolean isAboutSignIn(Findings f) {
        McpException failure = f.failure();
        return failure != null
                && (failure instanceof AuthorizationFailedException || failure.getPhase() == Phase.AUTHORIZE);
    }

    static List<Step> of(Findings f) {
        SignInSteps made = new SignInSteps(f);
        f.trail().all(AuthorizationEvent.class).forEach(made::add);
        made.addFailure();
        TokenEvent token = f.trail().last(TokenEvent.class);
        if (token != null) made.addToken(token);
        else if (f.subject().claims() != null) made.steps.add(given(f.subject().claims()));
        return made.steps;
    }

    /** What a step tells of itself twice, by its answer and by what came of that, is one step. */
    private void add(AuthorizationEvent event) {
        int last = steps.size() - 1;
        Integer status = event.getAnswer() == null ? null : event.getAnswer().getStatus();
        if (last >= 0 && status == null && event.getElapsedMillis() == null && isSame(last, event)) {
            steps.set(last, steps.get(last).endedAs(Step.Outcome.OK, Words.bounded(event.getOutcome()), Map.of()));
            return;
        }
        String type = event.getAnswer() == null
                ? null
                : event.getAnswer().getHeaders().get("content-type");
        Map<String, @Nullable Object> facts = facts(
                "url", event.getUrl(), "status", status, "contentType", type == null ? null : Words.bounded(type));
        String where = event.getUrl() == null ? "" : event.getUrl() + ": ";
        steps.add(new Step(
                event.getStep(), outcome(event, status), event.getElapsedMillis(), where + event.getOutcome(), facts));
        urls.add(event.getUrl());
    }

    private boolean isSame(int index, AuthorizationEvent event) {
        return steps.get(index).name().equals(event.getStep())
                && java.util.Objects.equals(urls.get(index), event.getUrl());
    }

    private static Step.Outcome outcome(AuthorizationEvent event, @Nullable Integer status) {
        if (status == null) return event.getElapsedMillis() == null ? Step.Outcome.OK : Step.Outcome.WARNING;
        if (status < 300) return Step.Outcome.OK;
        return status == 404 ? Step.Outcome.SKIPPED : Step.Outcome.WARNING;
    }

    private void addFailure() {
        McpException failure = f.failure();
        if (failure == null || !isAboutSignIn(f)) return;
        if (failure instanceof AuthorizationFailedException e) {
            if (e.getAuthorizationUrl() != null) addPerson(e);
            else end(e.getStep().getId(), e.getExpected());
        } else if (steps.isEmpty()) {
            steps.add(Step.failed("authorization", null, f.message(), Map.of()));
        } else {
            end(steps.get(steps.size() - 1).name(), null);
        }
    }

    /** Marks the last step of that name as the one that failed, or adds it. */
    private void end(String name, @Nullable String expected) {
        Map<String, @Nullable Object> facts = facts("problem", f.message(), "expected", expected);
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            if (!step.name().equals(name)) continue;
            steps.set(i, step.endedAs(Step.Outcome.FAILED, step.summary(), facts));
            return;
        }
        steps.add(Step.failed(name, null, f.message(), facts));
        urls.add(null);
    }

    private void addPerson(AuthorizationFailedException e) {
        // The prompt that asks nobody says first what it would have asked.
        if (!steps.isEmpty() && steps.get(steps.size() - 1).name().equals("authorization")) {
            steps.remove(steps.size() - 1);
        }
        if (f.trail().steps("registration").isEmpty()) {
            steps.add(Step.skipped("registration", "not needed before somebody signs in"));
        }
        steps.add(Step.skipped("authorization", "a person would sign in at " + e.getUrl()));
    }

    private void addToken(TokenEvent token) {
        int at = -1;
        for (int i = 0; i < steps.size(); i++) {
            String name = steps.get(i).name();
            if (name.equals("token") || name.equals("refresh")) at = i;
        }
        Map<String, @Nullable Object> facts = facts(
                "source", token.getSource().getId(),
                "issuer", Words.bounded(token.getIssuer()),
                "clientId", Words.bounded(token.getClientId()),
                "resource", Words.bounded(token.getResource()),
                "tokenType", token.getTokenType(),
                "scopes", token.getScopes(),
                "expiresInSeconds", token.getExpiresInSeconds(),
                "isRefreshable", token.isRefreshable());
        TokenClaims claims = token.getClaims();
        facts.put("claims", claims == null ? null : claims(claims));
        String summary = token.getTokenType() + " token " + token.getSource().getId()
                + (token.getExpiresInSeconds() == null
                        ? ""
                        : ", good for " + Words.duration(Math.max(0, token.getExpiresInSeconds())));
        if (at < 0) steps.add(Step.ok("token", null, summary, facts));
        else steps.set(at, steps.get(at).endedAs(steps.get(at).outcome(), summary, facts));
    }

    private static Step given(TokenClaims claims) {
        return Step.ok("token", null, "that of the options", facts("source", "options", "claims", claims(claims)));
    }

    private static Map<String, @Nullable Object> claims(TokenClaims claims) {
        return facts(
                "issuer",
                claims.getIssuer() == null ? null : Words.bounded(claims.getIssuer()),
                "audience",
                claims.getAudience().stream().map(Words::bounded).toList(),
                "scopes",
                claims.getScopes(),
                "issuedAt",
                time(claims.getIssuedAt()),
                "notBefore",
                time(claims.getNotBefore()),
                "expiresAt",
                time(claims.getExpiresAt()));
    }

    private static @Nullable String time(@Nullable Long seconds) {
        if (seconds == null) return null;
        try {
            return java.time.Instant.ofEpochSecond(seconds).toString();
        } catch (java.time.DateTimeException e) {
            return "out of range";
        }
    }
}
