package io.github.latchkey.mcp.inspector;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What every command can be told about its output. May stand before the command, too. */
final class OutputOptions {
    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Print one JSON object, and nothing else, on standard output.")
    boolean isJson;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Tell on standard error what happens while it happens.")
    boolean isVerbose;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = {
                "Write what happens, and every message, to FILE, for 'latchkey replay'. Credentials are",
                "left out; the arguments of tools, and what they return, are not."
            })
    @Nullable
    Path trace;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Explain the command, and do nothing.")
    boolean isHelp;
}
