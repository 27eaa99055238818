package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.ProtocolVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What can be completed, taken from the commands themselves. */
record CompletionWords(List<Word> commands) {
    /**
     * A command.
     *
     * @param hasServer whether its first argument is a server
     * @param values what else its first argument can be
     */
    record Word(String name, String description, boolean hasServer, List<String> values, List<Choice> options) {}

    /**
     * An option.
     *
     * @param values what its value can be; empty if there is no list of them
     */
    record Choice(String name, String description, boolean hasValue, boolean isFile, List<String> values) {}

    private static final List<String> PROTOCOLS = protocols();

    static CompletionWords of(CommandLine root) {
        List<Word> commands = new ArrayList<>();
        root.getSubcommands().forEach((name, command) -> commands.add(word(name, command.getCommandSpec())));
        return new CompletionWords(List.copyOf(commands));
    }

    /** The options of all commands, each once. */
    List<Choice> all() {
        Map<String, Choice> all = new LinkedHashMap<>();
        for (Word command : commands) command.options().forEach(option -> all.putIfAbsent(option.name(), option));
        return List.copyOf(all.values());
    }

    private static Word word(String name, CommandSpec command) {
        List<Choice> options = new ArrayList<>();
        for (OptionSpec option : command.options()) {
            if (!option.hidden()) options.add(choice(option));
        }
        boolean hasServer = false;
        List<String> values = new ArrayList<>();
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            if (!parameter.index().contains(0)) continue;
            hasServer |= parameter.type() == ServerArgument.class;
            if (parameter.completionCandidates() != null)
                parameter.completionCandidates().forEach(values::add);
        }
        return new Word(name, first(command.usageMessage().description()), hasServer, values, options);
    }

    private static Choice choice(OptionSpec option) {
        boolean isFile = option.type() == Path.class
                || option.auxiliaryTypes()[0] == Path.class
                || option.paramLabel().startsWith("FILE");
        List<String> values = option.longestName().equals("--protocol") ? PROTOCOLS : List.of();
        return new Choice(
                option.longestName(),
                first(option.description()),
                option.arity().max() > 0,
                isFile,
                values);
    }

    private static List<String> protocols() {
        List<String> protocols = new ArrayList<>(List.of("auto"));
        for (ProtocolVersion version : ProtocolVersion.values()) protocols.add(version.getValue());
        return protocols;
    }

    /** The first sentence, as one line without what a shell would take for its own. */
    private static String first(String[] description) {
        String all = String.join(" ", description).replace("%%", "%");
        int end = all.indexOf(". ");
        String sentence = end < 0 ? all.replaceFirst("\\.$", "") : all.substring(0, end);
        return sentence.replaceAll("['\"`$\\\\\\[\\]]", "");
    }
}
