package io.github.latchkey.mcp.conformance;

/** The scenario needs something that Latchkey cannot do, or not yet. */
final class NotSupportedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotSupportedException(String message) {
        super(message);
    }
}
