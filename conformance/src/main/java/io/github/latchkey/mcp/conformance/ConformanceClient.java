package io.github.latchkey.mcp.conformance;

/** Entry point. */
public final class ConformanceClient {
    private ConformanceClient() {}

    public static void main(String[] args) {
        System.err.println("no commands yet");
        System.exit(1);
    }
}
