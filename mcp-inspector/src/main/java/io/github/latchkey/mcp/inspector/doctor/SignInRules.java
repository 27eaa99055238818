package io.github.latchkey.mcp.inspector.doctor;

import io.github.latchkey.mcp.HttpAnswer;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.Phase;
import io.github.latchkey.mcp.RequestTimeoutException;
import io.github.latchkey.mcp.auth.AuthorizationFailedException;
import io.github.latchkey.mcp.auth.TokenEvent;
import io.github.latchkey.mcp.auth.TokenStoreException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The sign-in, up to the token. */
final class SignInRules {
    private static final String PKCE = "code_challenge_methods_supported";

    private SignInRules() {}

    static @Nullable Verdict judge(Findings f) {
        McpException failure = f.failure();
        if (failure instanceof TokenStoreException) {
            return Cause.OTHER.because(
                    Fault.CLIENT, f.message(), "repair or remove the file, or name another with --store");
        }
        if (failure instanceof AuthorizationFailedException e) return step(f, e);
        if (failure == null || failure.getPhase() != Phase.AUTHORIZE) return null;
        if (failure instanceof RequestTimeoutException timeout
                && timeout.getDeadline().equals("sign-in")) {
            return Cause.SIGN_IN_TIMEOUT.because(
                    f.message(),
                    "run it again and finish in the browser; if the page there shows an error, it is that of the authorization server");
        }
        return Cause.AUTHORIZATION_SERVER_UNREACHABLE.because(
                "the sign-in needs " + Words.host(failure.getUrl()) + ", and that fails: " + f.message(), f.remedy());
    }

    private static Verdict step(Findings f, AuthorizationFailedException e) {
        if (isUnsafeUrl(e)) return Cause.UNSAFE_URL.because(f.message(), f.remedy());
        return switch (e.getStep()) {
            case RESOURCE_METADATA -> resourceMetadata(f, e);
            case SERVER_METADATA -> serverMetadata(f, e);
            case REGISTRATION -> registration(f, e);
            case AUTHORIZATION -> authorization(f, e);
            case TOKEN, TOKEN_EXCHANGE, REFRESH -> token(f, e);
        };
    }

    private static boolean isUnsafeUrl(AuthorizationFailedException e) {
        return e.getExpected() != null && e.getExpected().startsWith("https, or http on this machine");
    }

    private static Verdict resourceMetadata(Findings f, AuthorizationFailedException e) {
        if (e.getAnswer() != null) return document(f, e, Fault.SERVER);
        if (isUrl(e.getExpected())) {
            return Cause.RESOURCE_MISMATCH.because(
                    f.message() + "; it has to be of " + Words.bounded(e.getExpected()),
                    "have whoever runs the server put this very URL into the member resource of its metadata (RFC 9728 §3.3);"
                            + " or use the URL that stands there");
        }
        return Cause.METADATA_BROKEN.because(f.message(), f.remedy());
    }

    private static Verdict serverMetadata(Findings f, AuthorizationFailedException e) {
        String expected = String.valueOf(e.getExpected());
        if (expected.contains(PKCE)) {
            return Cause.PKCE_MISSING.because(
                    f.message(),
                    "have the authorization server say " + PKCE
                            + ": [\"S256\"] in its metadata; without PKCE there is no safe sign-in");
        }
        if (e.getAnswer() != null) return document(f, e, Fault.AUTHORIZATION_SERVER);
        if (isUrl(e.getExpected())) {
            return Cause.ISSUER_MISMATCH.because(
                    f.message() + "; it has to be " + Words.bounded(e.getExpected()),
                    "have the issuer spelled alike, to the last slash, in authorization_servers of the MCP server"
                            + " and in the metadata of the authorization server (RFC 8414 §3.3)");
        }
        HttpAnswer blocked = f.trail()
                .documentAnswers()
                .filter(answer -> answer.getStatus() == 403 && Findings.isHtml(answer))
                .findFirst()
                .orElse(null);
        if (blocked != null) return blocked(blocked);
        return Cause.SERVER_METADATA_MISSING.because(
                f.message() + "; it has to be " + Words.bounded(expected),
                "have the authorization server publish its metadata (RFC 8414), or the MCP server name the right one");
    }

    /** An answer that is no document. */
    private static Verdict document(Findings f, AuthorizationFailedException e, Fault whose) {
        HttpAnswer answer = e.getAnswer();
        if (answer != null && answer.getStatus() == 200 && Findings.isHtml(answer)) {
            return Cause.METADATA_IS_HTML.because(
                    whose,
                    "a page for browsers answers where metadata should be: " + f.message(),
                    "have the address answer with JSON to everybody, without a login; or with 404, if there is no such document");
        }
        return Cause.METADATA_BROKEN.because(whose, f.message(), f.remedy());
    }

    static Verdict blocked(HttpAnswer answer) {
        String who = answer.getHeaders().get("server");
        return Cause.DISCOVERY_BLOCKED.because(
                "the metadata of the sign-in cannot be had: a page answers with HTTP " + answer.getStatus()
                        + (who == null ? "" : " (" + Words.bounded(who) + ")")
                        + ", as firewalls and CDNs do",
                "have the firewall or CDN let everybody pass to /.well-known/: metadata are public");
    }

    private static Verdict registration(Findings f, AuthorizationFailedException e) {
        if ("invalid_redirect_uri".equals(e.getError())) return redirectUri(f);
        if (e.getAnswer() == null) {
            return Cause.REGISTRATION_IMPOSSIBLE.because(
                    f.message(),
                    "register a client with the operator of the authorization server, and give its id with --client-id");
        }
        return Cause.REGISTRATION_REFUSED.because(
                f.message(),
                "ask the operator of the authorization server for a client, and give its id with --client-id");
    }

    private static Verdict redirectUri(Findings f) {
        return Cause.REDIRECT_URI_REFUSED.because(
                f.message(),
                "have the authorization server allow redirects to http://127.0.0.1 at any port (RFC 8252 §7.3),"
                        + " or give a client that it knows with --client-id");
    }

    private static Verdict authorization(Findings f, AuthorizationFailedException e) {
        if (e.getAuthorizationUrl() != null) return personNeeded(f);
        if (e.getError() != null) return error(f, e, e.getError(), Cause.AUTHORIZATION_RESPONSE);
        if (e.getCause() instanceof IOException) {
            return Cause.BROWSER_FAILED.because(
                    f.message(), "use --no-browser, or name a browser with --open-browser-command");
        }
        return Cause.AUTHORIZATION_RESPONSE.because(f.message(), f.remedy());
    }

    private static Verdict personNeeded(Findings f) {
        boolean isRefused = f.trail().steps("refresh").stream()
                .anyMatch(step -> step.getAnswer() != null && step.getAnswer().getStatus() >= 400);
        TokenEvent token = f.trail().last(TokenEvent.class);
        if (isRefused && (token == null || token.getSource() == TokenEvent.Source.STORED)) {
            return Cause.REFRESH_REVOKED.because(
                    "the stored sign-in has ended, and the authorization server does not renew it any more",
                    "sign in again: run it with --login, or use 'latchkey login'");
        }
        return Cause.SIGN_IN_NEEDED.because(
                "everything is fine up to the sign-in, which a person has to do",
                "run it again with --login to go on from here, or give a token with --bearer");
    }

    private static Verdict token(Findings f, AuthorizationFailedException e) {
        if (e.getError() == null) return Cause.TOKEN_REQUEST_FAILED.because(f.message(), f.remedy());
        return error(f, e, e.getError(), Cause.TOKEN_REQUEST_FAILED);
    }

    private static Verdict error(Findings f, AuthorizationFailedException e, String error, Cause other) {
        return switch (error) {
            case "access_denied" -> Cause.CONSENT_DENIED.because(f.message(), "run it again and consent");
            case "invalid_scope" -> Cause.SCOPE_REFUSED.because(f.message(), "ask for other scopes with --scope");
            case "invalid_redirect_uri" -> redirectUri(f);
            case "invalid_client", "unauthorized_client" ->
                Cause.CLIENT_UNKNOWN.because(
                        f.message(),
                        "check --client-id and --client-secret; leave them out to have a client registered");
            default -> other.because(f.message(), e.getRemedy());
        };
    }

    private static boolean isUrl(@Nullable String text) {
        return text != null && (text.startsWith("https://") || text.startsWith("http://"));
    }
}
