package io.github.latchkey.mcp.inspector.doctor;

import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.HttpExchangeEvent;
import io.github.latchkey.mcp.JsonRpcError;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.UnsupportedVersionException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Revisions, eras and sessions. */
final class VersionRules {
    private VersionRules() {}

    static @Nullable Verdict judge(Findings f) {
        McpException failure = f.failure();
        if (failure instanceof UnsupportedVersionException e) return unsupported(f, e);
        if (f.hasCode(ErrorCode.SESSION_EXPIRED)) {
            return Cause.SESSION_LOST.because(
                    "the server gave a session and lost it at once: " + f.message(),
                    "if there are several instances of the server, have them share sessions, or route each session to its own;"
                            + " else look for restarts");
        }
        if (failure != null && isVersionRefusal(failure.getJsonRpcError())) {
            return Cause.VERSION_CONTRADICTION.because(
                    "the server agreed on a revision, and then refuses it: " + f.message(),
                    "report it to whoever runs the server; until it is mended, name another revision with --protocol");
        }
        return isRefusedInBothEras(f) ? refusedInBothEras(f) : null;
    }

    private static Verdict unsupported(Findings f, UnsupportedVersionException e) {
        List<String> both = e.getClientVersions().stream()
                .filter(e.getServerVersions()::contains)
                .toList();
        if (!both.isEmpty()) {
            return Cause.VERSION_CONTRADICTION.because(
                    "the server says that it supports " + String.join(", ", both) + ", and refuses it all the same",
                    "report it to whoever runs the server; until it is mended, name another revision with --protocol");
        }
        String theirs =
                e.getServerVersions().isEmpty() ? "none that it names" : String.join(", ", e.getServerVersions());
        if (f.subject().narrowsVersions()) {
            return Cause.VERSION_NARROWED.because(
                    "the revision of --protocol is not one that the server speaks; it speaks " + Words.bounded(theirs),
                    "leave out --protocol, and the newest revision that both speak is used");
        }
        return Cause.VERSION_UNSUPPORTED.because(
                "the server speaks no revision that is known here; it speaks " + Words.bounded(theirs),
                "update the server, or latchkey if the server is newer");
    }

    private static boolean isVersionRefusal(@Nullable JsonRpcError error) {
        return error != null && error.getCode() == JsonRpcError.UNSUPPORTED_PROTOCOL_VERSION;
    }

    /** Answers of status 4xx that say neither which revisions there are, nor that there is no endpoint. */
    private static boolean isRefusedInBothEras(Findings f) {
        return !f.isConnected()
                && (f.hasCode(ErrorCode.REJECTED) || f.hasCode(ErrorCode.JSONRPC))
                && isRefused(f.trail().exchanges("server/discover"))
                && isRefused(f.trail().exchanges("initialize"));
    }

    private static boolean isRefused(List<HttpExchangeEvent> exchanges) {
        if (exchanges.isEmpty()) return false;
        Integer status = exchanges.get(exchanges.size() - 1).getStatus();
        return status != null && status >= 400 && status < 500;
    }

    private static Verdict refusedInBothEras(Findings f) {
        return Cause.HANDSHAKE_REFUSED.because(
                "the server refuses both ways to begin, server/discover and initialize, and does not say which revisions it speaks: "
                        + f.message(),
                "read its answer, and report it to whoever runs the server; if you know its revision, name it with --protocol");
    }
}
