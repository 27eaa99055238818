package io.github.latchkey.mcp.inspector;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A run of the command in this process, for tests that are not about the process. What it prints as JSON fits the schema. */
record InProcess(int exitCode, String out, String err) {
    static InProcess run(Map<String, String> environment, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(stream(out), stream(err), environment::get);
        int exitCode = new Program(console, Program.operations()).run(args);
        InProcess run =
                new InProcess(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        if (run.out.startsWith("{\"ok\"")) OutputSchema.check(run.out);
        return run;
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
