package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** A subcommand. */
@Command(sortOptions = false)
abstract class Operation {
    /** Does it. Whatever it throws is reported. */
    abstract Outcome run(Invocation invocation);

    /** What a person at the command line can do about {@code failure}; null for what the failure says itself. */
    @Nullable
    String remedy(McpException failure) {
        return null;
    }
}
