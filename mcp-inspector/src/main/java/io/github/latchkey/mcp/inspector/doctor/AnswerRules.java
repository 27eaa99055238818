package io.github.latchkey.mcp.inspector.doctor;

import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.HttpAnswer;
import io.github.latchkey.mcp.RawJson;
import org.jspecify.annotations.Nullable;

/** Answers of status 2xx that are none, or no good ones. */
final class AnswerRules {
    private AnswerRules() {}

    static @Nullable Verdict judge(Findings f) {
        HttpAnswer answer = f.answer();
        if (f.hasCode(ErrorCode.TOO_LARGE)) return Cause.TOO_LARGE.because(f.message(), f.remedy());
        if (f.hasCode(ErrorCode.NOT_MCP) && answer != null && f.status() < 300) return notMcp(f, answer);
        if (!f.hasCode(ErrorCode.PROTOCOL)) return null;
        if (answer == null && !f.subject().isStdio()) {
            return Cause.NOT_HTTP.because(
                    "what answers at this port does not speak HTTP: " + f.message(),
                    "check the port in the URL, and whether it is http or https");
        }
        return answer == null ? violation(f) : broken(f, answer);
    }

    private static Verdict notMcp(Findings f, HttpAnswer answer) {
        String body = answer.getBodyStart();
        if (body == null || body.isBlank()) {
            return Cause.EMPTY_ANSWER.because(
                    "the server answers a request with HTTP " + answer.getStatus() + " and nothing else",
                    "report it to whoever runs the server: only notifications may be answered without a body;"
                            + " and check that the URL is that of an MCP endpoint");
        }
        if (f.isHtml() && Findings.looksLikeLogin(body)) {
            return Cause.LOGIN_PAGE.because(
                    "a login page for browsers answers instead of the MCP server",
                    "have the gateway before the server let MCP requests pass to "
                            + f.subject().shown()
                            + ": an MCP server asks for a sign-in with HTTP 401, not with a page");
        }
        if (f.isHtml()) {
            return Cause.WEB_PAGE.because(
                    "a web page answers at this address, and no MCP server",
                    "correct the URL: take the one that the server's documentation names as its MCP endpoint");
        }
        String type = answer.getHeaders().getOrDefault("content-type", "no content type");
        return Cause.WRONG_CONTENT_TYPE.because(
                "the server answers with " + Words.bounded(type)
                        + ", where application/json or text/event-stream has to be",
                "check that the URL is that of an MCP endpoint; if it is, report it to whoever runs the server");
    }

    private static Verdict broken(Findings f, HttpAnswer answer) {
        String body = answer.getBodyStart();
        if (body != null && !isJson(body)) {
            return Cause.BROKEN_JSON.because(
                    "the server's answer is broken or cut off: " + f.message(),
                    "report it to whoever runs the server, or the proxy before it: the answer is no complete JSON");
        }
        boolean isStream = answer.getHeaders().getOrDefault("content-type", "").startsWith("text/event-stream");
        boolean isRetryable = f.failure() != null && f.failure().isRetryable();
        if (body == null && (isStream || isRetryable)) {
            return Cause.ANSWER_BROKE_OFF.because(
                    "the answer ended before it was whole: " + f.message(),
                    "try again; if it stays so, look at the server and at the proxy before it, and at their time limits");
        }
        return violation(f);
    }

    private static Verdict violation(Findings f) {
        return Cause.PROTOCOL_VIOLATION.because(f.message(), f.remedy());
    }

    private static boolean isJson(String body) {
        try {
            RawJson.parse(body).toElement();
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }
}
