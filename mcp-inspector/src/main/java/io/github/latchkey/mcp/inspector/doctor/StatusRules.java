package io.github.latchkey.mcp.inspector.doctor;

import io.github.latchkey.mcp.HttpAnswer;
import io.github.latchkey.mcp.InsufficientScopeException;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Failing statuses of the MCP endpoint, other than 401. */
final class StatusRules {
    private static final Pattern LOGIN = Pattern.compile(
            "login|signin|sign-in|sign_in|/sso|saml|oauth|authorize|/auth\\b", Pattern.CASE_INSENSITIVE);

    private StatusRules() {}

    static @Nullable Verdict judge(Findings f) {
        HttpAnswer answer = f.answer();
        if (answer == null || f.failure() == null) return null;
        return switch (f.failure().getCode()) {
            case INSUFFICIENT_SCOPE -> scope(f);
            case FORBIDDEN -> forbidden(f, answer);
            case RATE_LIMITED ->
                Cause.RATE_LIMITED.because(
                        "the server limits how often it is asked, and the limit is reached", f.remedy());
            case SERVER_ERROR -> serverError(f, answer);
            case NOT_MCP -> noEndpoint(f, answer);
            case REJECTED -> rejected(f, answer);
            default -> null;
        };
    }

    private static Verdict scope(Findings f) {
        List<String> missing = f.failure() instanceof InsufficientScopeException e ? e.getMissingScopes() : List.of();
        String scopes = missing.isEmpty() ? "more scopes" : "the scopes " + Words.bounded(String.join(" ", missing));
        return Cause.INSUFFICIENT_SCOPE.because(
                "the token is good, but the server wants " + scopes + " for this",
                f.subject().credential() == Subject.Credential.NONE
                        ? "sign in with more: latchkey login --scope '" + String.join(" ", missing) + "'"
                        : "use a token that has " + scopes);
    }

    private static Verdict forbidden(Findings f, HttpAnswer answer) {
        if (f.isHtml()) {
            String who = answer.getHeaders().get("server");
            return Cause.BLOCKED.because(
                    "a page answers with HTTP 403" + (who == null ? "" : " (" + Words.bounded(who) + ")")
                            + ": a firewall or CDN before the server takes this for an attack, or for a robot",
                    "ask whoever runs the server to let MCP clients pass its firewall or CDN");
        }
        return Cause.FORBIDDEN.because(
                "the server knows who asks, or does not want to, and refuses: " + f.message(),
                "ask whoever runs the server for access, or sign in as somebody who has it");
    }

    private static Verdict serverError(Findings f, HttpAnswer answer) {
        boolean isOfGateway = answer.getStatus() >= 502 && answer.getStatus() <= 504;
        if (!isOfGateway) {
            return Cause.SERVER_ERROR.because(
                    "the server failed: " + f.message(), "look into the log of the server, or tell whoever runs it");
        }
        return Cause.BAD_GATEWAY.because(
                "a gateway answers, but the server behind it does not: " + f.message(),
                "start the server behind the gateway, or try again later: " + f.remedy());
    }

    private static Verdict noEndpoint(Findings f, HttpAnswer answer) {
        if (answer.getStatus() == 405) {
            return Cause.POST_NOT_ALLOWED.because(
                    "there is something at this address, but it takes no POST, as every MCP endpoint does",
                    "correct the URL: take the one that the server's documentation names as its MCP endpoint");
        }
        return Cause.WRONG_PATH.because(
                "a server answers, but it has nothing at this path: " + f.message(),
                "correct the path of the URL: many servers have their MCP endpoint at /mcp");
    }

    private static @Nullable Verdict rejected(Findings f, HttpAnswer answer) {
        String location = answer.getHeaders().get("location");
        if (answer.getStatus() < 300 || answer.getStatus() > 399 || location == null) return null;
        if (isSameOnHttps(f, location)) {
            return Cause.HTTPS_REDIRECT.because(
                    "the server wants https, and redirects to it; requests are not sent twice, as the first one was readable for anybody",
                    "write " + Words.bounded(location) + " in the URL");
        }
        if (LOGIN.matcher(location).find()) {
            return Cause.LOGIN_REDIRECT.because(
                    "something before the server redirects to a login page for browsers: " + Words.bounded(location),
                    "have the gateway before the server let MCP requests pass: an MCP server asks for a sign-in with HTTP 401");
        }
        return Cause.REDIRECTED.because(
                "the server redirects to " + Words.bounded(location) + ", where requests are not sent by themselves",
                "write the address of the redirect in the URL, if it is the server that you mean");
    }

    private static boolean isSameOnHttps(Findings f, String location) {
        NetworkFacts network = f.network();
        if (network == null || !network.scheme().equalsIgnoreCase("http")) return false;
        try {
            URI target = URI.create(location);
            return "https".equalsIgnoreCase(target.getScheme())
                    && network.host().equalsIgnoreCase(target.getHost());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
