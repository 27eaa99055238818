package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.ErrorCode;

/** The exit codes of the command. */
final class ExitCode {
    static final int OK = 0;
    static final int INTERNAL = 1;
    static final int USAGE = 2;
    static final int NOT_SIGNED_IN = 3;
    /** As if the server had said no: here the person did. */
    static final int REFUSED = 9;

    static final int TOOL_ERROR = 10;

    /** What a shell makes of SIGINT. */
    static final int INTERRUPTED = 130;

    private ExitCode() {}

    static int of(ErrorCode code) {
        return switch (code) {
            case UNAUTHORIZED, AUTHORIZATION_FAILED -> NOT_SIGNED_IN;
            case FORBIDDEN, INSUFFICIENT_SCOPE -> 4;
            case UNREACHABLE, TLS -> 5;
            case TIMEOUT -> 6;
            case NOT_MCP, PROTOCOL, UNSUPPORTED_VERSION, TOO_LARGE -> 7;
            case RATE_LIMITED, SERVER_ERROR, REJECTED -> 8;
            case JSONRPC, SESSION_EXPIRED, CLOSED -> 9;
            case TOOL_FAILED -> 10;
        };
    }
}
