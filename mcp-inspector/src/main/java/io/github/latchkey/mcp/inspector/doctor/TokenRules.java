package io.github.latchkey.mcp.inspector.doctor;

import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.HttpAnswer;
import io.github.latchkey.mcp.auth.TokenClaims;
import io.github.latchkey.mcp.auth.TokenEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A 401: for want of a token, or in spite of one. */
final class TokenRules {
    /** Servers allow for about as much. */
    private static final long LEEWAY_SECONDS = 30;

    private TokenRules() {}

    static @Nullable Verdict judge(Findings f) {
        if (!f.hasCode(ErrorCode.UNAUTHORIZED)) return null;
        return f.hasToken() ? refused(f) : notDescribed(f);
    }

    private static Verdict notDescribed(Findings f) {
        HttpAnswer blocked = f.trail()
                .documentAnswers()
                .filter(answer -> answer.getStatus() != 200 && Findings.isHtml(answer) && isRefusal(answer.getStatus()))
                .findFirst()
                .orElse(null);
        if (blocked != null) return SignInRules.blocked(blocked);
        boolean hasChallenge = f.answer() != null && !f.answer().getChallenges().isEmpty();
        String missing = hasChallenge
                ? "its challenge names no resource_metadata, and there is none at the well-known addresses"
                : "it sends no WWW-Authenticate, and there is no metadata at the well-known addresses";
        return Cause.SIGN_IN_NOT_DESCRIBED.because(
                "the server wants a sign-in (HTTP 401), but does not say where: " + missing,
                "give a token with --bearer, if there is one; and ask whoever runs the server to publish protected resource metadata (RFC 9728)");
    }

    private static boolean isRefusal(int status) {
        return status == 401 || status == 403 || status == 429 || status == 451 || status >= 500;
    }

    private static Verdict refused(Findings f) {
        Verdict ofClaims = claims(f);
        if (ofClaims != null) return ofClaims;
        Long ahead = f.trail().clockAheadSeconds();
        if (ahead != null && Math.abs(ahead) > WarningRules.MAX_SKEW_SECONDS) {
            return Cause.CLOCK_SKEW.because(
                    "the server refuses the token, and " + WarningRules.clocks(ahead)
                            + ": a token that is good at one place is not yet good, or over, at the other",
                    WarningRules.SET_CLOCK);
        }
        String said = said(f);
        if (f.subject().credential() != Subject.Credential.NONE && f.trail().last(TokenEvent.class) == null) {
            String which =
                    f.subject().credential() == Subject.Credential.BEARER ? "--bearer" : "the Authorization header";
            return Cause.BEARER_REFUSED.because(
                    "the server refuses the token of " + which + said,
                    "use another token, or leave it out to see how the server would have you sign in");
        }
        return Cause.TOKEN_REFUSED.because(
                "the authorization server gave a token, and the MCP server refuses it" + said,
                "have whoever runs the server check that it trusts this authorization server and knows its keys;"
                        + " 'latchkey logout' forgets the sign-in");
    }

    private static @Nullable Verdict claims(Findings f) {
        TokenClaims claims = f.claims();
        if (claims == null) return null;
        long now = f.now().getEpochSecond();
        Long start = claims.getNotBefore() != null ? claims.getNotBefore() : claims.getIssuedAt();
        if (start != null && start > now + LEEWAY_SECONDS) {
            return Cause.CLOCK_SKEW.because(
                    "the server refuses the token, which by the clock here begins only in "
                            + Words.duration(start - now),
                    "set the clock of this machine, or that of the authorization server: synchronize both by NTP");
        }
        if (claims.getExpiresAt() != null && claims.getExpiresAt() < now) {
            return Cause.TOKEN_EXPIRED.because(
                    "the token ended " + Words.duration(now - claims.getExpiresAt()) + " ago", "get a new token");
        }
        return audience(f, claims);
    }

    private static @Nullable Verdict audience(Findings f, TokenClaims claims) {
        String url = f.subject().shown();
        TokenEvent token = f.trail().last(TokenEvent.class);
        String resource = token == null ? url : token.getResource();
        List<String> audience = claims.getAudience();
        if (audience.isEmpty()
                || audience.contains(resource)
                || audience.stream().anyMatch(url::startsWith)) {
            return null;
        }
        Fault fault = token == null ? Fault.OPTIONS : Fault.AUTHORIZATION_SERVER;
        return Cause.AUDIENCE_MISMATCH.because(
                fault,
                "the token is for " + Words.bounded(String.join(", ", audience)) + ", and not for "
                        + Words.bounded(resource),
                token == null
                        ? "use a token that was asked for with resource=" + Words.bounded(url)
                        : "have the authorization server put the parameter resource into the audience of its tokens (RFC 8707)");
    }

    /** The server's own words, if it has any. */
    private static String said(Findings f) {
        HttpAnswer answer = f.answer();
        if (answer == null) return "";
        return answer.getChallenges().stream()
                .map(challenge -> challenge.getParameters().get("error_description") != null
                        ? challenge.getParameters().get("error_description")
                        : challenge.getParameters().get("error"))
                .filter(java.util.Objects::nonNull)
                .findFirst()
                .map(text -> ": it says '" + Words.bounded(text) + "'")
                .orElse("");
    }
}
