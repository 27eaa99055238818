package io.github.latchkey.mcp.inspector;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command itself; its subcommands are the {@link Operation}s. */
@Command(
        name = "latchkey",
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "",
        description = "Connects to MCP servers, signs in, and says why when it cannot.",
        footer = {
            "",
            "Exit codes:",
            "   0  done                         6  a timeout passed",
            "   1  a defect in latchkey         7  not MCP, or MCP gone wrong",
            "   2  the command line is wrong    8  refused: 429, 5xx, another 4xx",
            "   3  not signed in                9  a JSON-RPC error, or the session was lost",
            "   4  not allowed                 10  the tool reported an error",
            "   5  not reachable",
            "",
            "'latchkey COMMAND --help' explains a command, with examples; 'latchkey demo' shows what there is without a network.",
            "The examples speak to MCP's reference server. To run them, put this into a file mcp.json:",
            "  {\"mcpServers\": {\"everything\":",
            "    {\"command\": \"npx\", \"args\": [\"-y\", \"@modelcontextprotocol/server-everything\"]}}}"
        })
final class LatchkeyCommand {
    @Mixin
    final OutputOptions output = new OutputOptions();

    @Option(names = "--version", versionHelp = true, description = "Print the version.")
    boolean isVersion;
}
