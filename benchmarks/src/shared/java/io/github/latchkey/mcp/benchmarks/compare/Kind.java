package io.github.latchkey.mcp.benchmarks.compare;

/** What is called, and how much has to come of it. */
public enum Kind {
    CALL(80),
    CALL_FOR_LARGE(1_000_000),
    CALL_WITH_LARGE(1_000_000),
    CALL_WITH_PROGRESS(1_000),
    LIST_TOOLS(1_000);

    private static final String SMALL_TEXT = "hello";
    private static final String LARGE_TEXT = "the quick brown fox jumps over the lazy dog\n".repeat((1 << 20) / 44);

    private final long leastSize;

    Kind(long leastSize) {
        this.leastSize = leastSize;
    }

    long leastSize() {
        return leastSize;
    }

    /** The argument of the tool. */
    public String text() {
        return this == CALL_WITH_LARGE ? LARGE_TEXT : SMALL_TEXT;
    }
}
