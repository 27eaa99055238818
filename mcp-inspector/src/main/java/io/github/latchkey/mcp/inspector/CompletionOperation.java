package io.github.latchkey.mcp.inspector;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code latchkey completion}: has a shell know the commands, the options and the servers. */
@Command(
        name = "completion",
        description = {
            "Prints a script that has a shell complete commands, options and the names of servers.",
            "What it completes is what this version knows: print it anew after an update."
        },
        footer = {
            "",
            "Examples:",
            "  source <(latchkey completion bash)                                  # in ~/.bashrc",
            "  source <(latchkey completion zsh)                                   # in ~/.zshrc, after compinit",
            "  latchkey completion fish > ~/.config/fish/completions/latchkey.fish # once"
        })
final class CompletionOperation extends Operation {
    /** The shells that there is a script for, as they call themselves. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    @Parameters(index = "0", paramLabel = "bash|zsh|fish", description = "The shell.")
    @SuppressWarnings("NullAway.Init") // required, so picocli sets it
    Shell shell;

    @Override
    Outcome run(Invocation invocation) {
        // All commands, of which this run knows one.
        Program all = new Program(invocation.console(), Program.operations());
        CompletionWords words = CompletionWords.of(all.commandLine());
        String script = switch (shell) {
            case bash -> BashCompletion.script(words);
            case zsh -> ZshCompletion.script(words);
            case fish -> FishCompletion.script(words);
        };
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("shell", shell.name());
        result.put("script", script);
        return Outcome.ok(result, script.lines().toList());
    }
}
