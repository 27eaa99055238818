package io.github.latchkey.mcp.benchmarks.compare.driver;

/** The command line cannot be followed. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }
}
