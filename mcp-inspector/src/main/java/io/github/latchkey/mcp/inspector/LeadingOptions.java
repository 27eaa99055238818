package io.github.latchkey.mcp.inspector;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Lets the options of a command stand before it: {@code latchkey --bearer @token tools URL}. */
final class LeadingOptions {
    private LeadingOptions() {}

    /** {@code args} with the command first, if there is one behind options that some command has. */
    static List<String> behindCommand(List<String> args, CommandLine commandLine) {
        Map<String, OptionSpec> known = options(commandLine);
        int at = 0;
        while (at < args.size() && args.get(at).startsWith("-")) {
            OptionSpec option = known.get(args.get(at).split("=", 2)[0]);
            if (option == null) return args;
            boolean takesNext = option.arity().max() > 0 && !args.get(at).contains("=");
            at += takesNext ? 2 : 1;
        }
        if (at == 0 || at >= args.size()) return args;
        List<String> moved = new ArrayList<>(List.of(args.get(at)));
        moved.addAll(args.subList(0, at));
        moved.addAll(args.subList(at + 1, args.size()));
        return moved;
    }

    private static Map<String, OptionSpec> options(CommandLine commandLine) {
        Map<String, OptionSpec> options = new LinkedHashMap<>();
        for (CommandLine command : commandLine.getSubcommands().values()) {
            for (OptionSpec option : command.getCommandSpec().options()) {
                for (String name : option.names()) options.put(name, option);
            }
        }
        return options;
    }
}
