package io.github.latchkey.mcp.inspector;

/** Entry point. */
public final class Latchkey {
    private Latchkey() {}

    public static void main(String[] args) {
        System.err.println("no commands yet");
        System.exit(1);
    }
}
