package io.github.latchkey.mcp.inspector.doctor;

import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.HttpAnswer;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.auth.TokenClaims;
import io.github.latchkey.mcp.auth.TokenEvent;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * All that was seen.
 *
 * @param network null for a server that is started
 * @param failure the first and most telling one; null if there was none
 * @param now when the diagnosis is made
 */
public record Findings(
        Subject subject,
        @Nullable NetworkFacts network,
        Trail trail,
        SessionFacts session,
        @Nullable McpException failure,
        Instant now) {
    private static final Pattern LOGIN =
            Pattern.compile("log[ -]?in|sign[ -]?in|password|single sign|\\bsso\\b", Pattern.CASE_INSENSITIVE);

    boolean hasCode(ErrorCode code) {
        return failure != null && failure.getCode() == code;
    }

    @Nullable
    HttpAnswer answer() {
        return failure == null ? null : failure.getAnswer();
    }

    /** 0 if there was no HTTP answer. */
    int status() {
        HttpAnswer answer = answer();
        return answer == null ? 0 : answer.getStatus();
    }

    /** The message of the failure, or nothing. */
    String message() {
        return failure == null ? "" : Words.bounded(failure.getMessage());
    }

    /** The remedy of the failure, or nothing. */
    String remedy() {
        return failure == null ? "" : failure.getRemedy();
    }

    boolean isHtml() {
        return isHtml(answer());
    }

    static boolean isHtml(@Nullable HttpAnswer answer) {
        if (answer == null) return false;
        String type = answer.getHeaders().getOrDefault("content-type", "").toLowerCase(Locale.ROOT);
        String body = answer.getBodyStart();
        return type.startsWith("text/html")
                || type.startsWith("application/xhtml")
                || (body != null && body.stripLeading().startsWith("<"));
    }

    static boolean looksLikeLogin(@Nullable String text) {
        return text != null && LOGIN.matcher(text).find();
    }

    /** Whether the cause of the failure, or one behind it, is a {@code type}. */
    boolean isCausedBy(Class<? extends Throwable> type) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 16; depth++, cause = cause.getCause()) {
            if (type.isInstance(cause)) return true;
        }
        return false;
    }

    /** What the failure's causes say, for the few things that the JDK has no type for. */
    boolean causesSay(String words) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 16; depth++, cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains(words)) return true;
        }
        return false;
    }

    /** Of the token that was sent last; null if there was none, or it cannot be read. */
    @Nullable
    TokenClaims claims() {
        TokenEvent token = trail.last(TokenEvent.class);
        return token == null ? subject.claims() : token.getClaims();
    }

    boolean hasToken() {
        return subject.credential() != Subject.Credential.NONE || trail.last(TokenEvent.class) != null;
    }

    boolean isConnected() {
        return session.handshake() != null;
    }
}
