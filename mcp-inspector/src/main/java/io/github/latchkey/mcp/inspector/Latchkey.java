package io.github.latchkey.mcp.inspector;

import java.util.List;

/** Entry point of the {@code latchkey} command. */
public final class Latchkey {
    private Latchkey() {}

    public static void main(String[] args) {
        Console console = Console.ofProcess();
        // Before anything else is loaded: people put this into scripts.
        if (List.of(args).equals(List.of("--version"))) {
            console.print("latchkey " + Version.text());
            return;
        }
        Program program = new Program(console, Program.operations());
        Runtime.getRuntime().addShutdownHook(new Thread(program::interrupt, "latchkey-interrupt"));
        // Engines keep threads for connections that might be used again; nobody will.
        System.exit(program.run(args));
    }
}
