package io.github.latchkey.mcp.inspector;

/** The command line is wrong; the message says how, the remedy what to write instead. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String remedy;

    UsageException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }
}
