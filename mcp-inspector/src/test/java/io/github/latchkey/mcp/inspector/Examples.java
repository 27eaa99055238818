package io.github.latchkey.mcp.inspector;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** The examples in the help of the commands. */
final class Examples {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    private Examples() {}

    static CommandLine commandLine() {
        Console console = new Console(System.out, System.err, name -> "token");
        return new Program(console, Program.operations()).commandLine();
    }

    /** The lines below {@code Examples:}. */
    static List<String> of(CommandLine command) {
        List<String> footer = List.of(command.getCommandSpec().usageMessage().footer());
        return footer.subList(footer.indexOf("Examples:") + 1, footer.size()).stream()
                .map(String::strip)
                .toList();
    }

    /** The arguments of the command that a shell would see: without what is piped, redirected or commented. */
    static List<String> arguments(String example) {
        String command = example.replaceFirst("^source <\\(([^)]*)\\)", "$1").replaceFirst(" +([#>|] |\\|).*", "");
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(command);
        while (matcher.find()) words.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
        return words.subList(1, words.size());
    }
}
