package io.github.latchkey.mcp.inspector;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what picocli says of a wrong command line into one sentence and a way out, and repeats nothing that may be a secret. */
final class Usage {
    private static final Pattern POSITIONAL = Pattern.compile("positional parameter at index [0-9.*]+ \\(([^)]*)\\)");

    private Usage() {}

    static Failure failure(ParameterException e) {
        CommandLine commandLine = e.getCommandLine();
        String help = "see '" + commandLine.getCommandSpec().qualifiedName() + " --help'";
        if (e instanceof UnmatchedArgumentException unmatched) {
            return unmatched(unmatched, unmatched.getUnmatched().get(0), help);
        }
        // A mistyped option often leaves something missing, too; it is the mistake to tell.
        for (String argument : commandLine.getUnmatchedArguments()) {
            if (argument.startsWith("-"))
                return unmatched(new UnmatchedArgumentException(commandLine, List.of(argument)), argument, help);
        }
        return Failure.usage(sentence(e.getMessage()), help);
    }

    private static Failure unmatched(UnmatchedArgumentException e, String argument, String help) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        if (argument.startsWith("-")) {
            String option = argument.split("=", 2)[0];
            String question =
                    Nearest.question(Nearest.to(option, command.optionsMap().keySet()));
            return Failure.usage("there is no option " + option, question + help);
        }
        if (command.parent() == null && argument.contains("://")) {
            // Not repeated: there may be a secret in the query.
            return Failure.usage(
                    "the command is missing before the server", "write 'latchkey connect SERVER', or " + help);
        }
        if (command.parent() == null) {
            String question =
                    Nearest.question(Nearest.to(argument, command.subcommands().keySet()));
            return Failure.usage("there is no command '" + argument + "'", question + help);
        }
        // The argument is not repeated: in "--bearer Bearer abc" it would be the token.
        return Failure.usage("one argument is too many", help);
    }

    private static String sentence(@Nullable String message) {
        if (message == null) return "wrong usage";
        String line = POSITIONAL.matcher(Text.firstLine(message, 300)).replaceFirst("$1");
        return line.substring(0, 1).toLowerCase(Locale.ROOT) + line.substring(1);
    }
}
