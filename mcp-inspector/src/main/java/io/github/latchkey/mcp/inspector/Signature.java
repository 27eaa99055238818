package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.Tool;
import java.util.stream.Collectors;

/** The arguments of a tool, as a person reads them. */
final class Signature {
    private Signature() {}

    /** {@code (query: string, limit?: integer)}. */
    static String of(Tool tool) {
        ArgumentTypes types = ArgumentTypes.of(tool.getInputSchema());
        return types.names().stream()
                .map(name -> name + (types.isRequired(name) ? ": " : "?: ") + types.describe(name))
                .collect(Collectors.joining(", ", "(", ")"));
    }
}
