package io.github.latchkey.mcp.inspector;

import java.lang.reflect.Member;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What {@code --help} says: the commands by what they are for, as wide as the terminal. */
final class Help {
    private static final int MAX_COLUMNS = 100;
    private static final int MIN_COLUMNS = 60;

    /** A command that is not here is listed after them. */
    private static final Map<String, List<String>> GROUPS = groups();

    private static final List<String> TITLES = List.of("Options", "Connection", "Sign-in", "Output");

    private Help() {}

    private static Map<String, List<String>> groups() {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        groups.put("To begin with", List.of("demo", "connect", "doctor"));
        groups.put("What a server has", List.of("tools", "resources", "templates", "prompts"));
        groups.put("Use it", List.of("call", "read", "prompt", "complete", "listen"));
        groups.put("Sign-ins", List.of("login", "whoami", "logout"));
        groups.put("Names and scripts", List.of("servers", "replay", "completion"));
        return groups;
    }

    /** The help of {@code commandLine}, for {@code terminal}. */
    static String text(CommandLine commandLine, Terminal terminal) {
        boolean isPerson = terminal.isPerson(Terminal.Stream.OUTPUT);
        int columns = isPerson ? terminal.columns() : MAX_COLUMNS;
        commandLine.setUsageHelpWidth(Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, columns)));
        commandLine.getCommandSpec().usageMessage().abbreviateSynopsis(commandLine.getParent() != null);
        boolean hasColours = terminal.hasColours(Terminal.Stream.OUTPUT);
        Paper paper = new Paper(commandLine.getUsageHelpWidth(), hasColours);
        Map<String, IHelpSectionRenderer> sections = commandLine.getHelpSectionMap();
        sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, help -> commands(help.subcommands(), paper));
        sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, help -> options(help, paper));
        return commandLine.getUsageMessage(hasColours ? Ansi.ON : Ansi.OFF).stripTrailing();
    }

    /** Those of the command itself first, then those that many have, by what they are about. */
    private static String options(CommandLine.Help help, Paper paper) {
        Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
        for (String title : TITLES) groups.put(title, new ArrayList<>());
        for (OptionSpec option : help.commandSpec().options()) {
            if (!option.hidden()) groups.getOrDefault(title(option), List.of()).add(option);
        }
        StringBuilder text = new StringBuilder();
        groups.forEach((title, options) -> {
            if (options.isEmpty()) return;
            text.append(heading(title, paper));
            CommandLine.Help.Layout layout = help.createDefaultLayout();
            layout.addOptions(options, help.parameterLabelRenderer());
            text.append(layout);
        });
        return text.toString();
    }

    private static String title(OptionSpec option) {
        if (!(option.userObject() instanceof Member member)) return TITLES.get(0);
        return switch (member.getDeclaringClass().getSimpleName()) {
            case "ServerOptions", "NetworkOptions", "RootOptions" -> TITLES.get(1);
            case "CredentialOptions", "StoreOptions" -> TITLES.get(2);
            case "OutputOptions" -> TITLES.get(3);
            default -> TITLES.get(0);
        };
    }

    private static String commands(Map<String, CommandLine.Help> commands, Paper paper) {
        Map<String, List<String>> groups = new LinkedHashMap<>(GROUPS);
        List<String> others = new ArrayList<>(commands.keySet());
        GROUPS.values().forEach(others::removeAll);
        if (!others.isEmpty()) groups.put("More", others);
        StringBuilder text = new StringBuilder();
        groups.forEach((title, names) -> {
            String lines = names.stream()
                    .flatMap(name -> Stream.ofNullable(commands.get(name)).map(help -> line(name, help, paper)))
                    .collect(Collectors.joining());
            if (!lines.isEmpty()) text.append(heading(title, paper)).append(lines);
        });
        return text.toString();
    }

    private static String heading(String title, Paper paper) {
        return String.format("%n%s%n", paper.write(Line.of(Ink.HEADING, title)));
    }

    private static String line(String name, CommandLine.Help help, Paper paper) {
        // The first sentence; the rest is in the help of the command.
        String description = String.join(" ", help.commandSpec().usageMessage().description());
        int end = description.indexOf(". ");
        String first = end < 0 ? description : description.substring(0, end + 1);
        Line line = Line.begin(14)
                .add("  ")
                .add(Ink.NAME, name)
                .add(" ".repeat(Math.max(1, 12 - name.length())) + first)
                .line();
        return String.format("%s%n", paper.write(line));
    }
}
