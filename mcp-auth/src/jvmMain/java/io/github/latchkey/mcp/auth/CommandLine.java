package io.github.latchkey.mcp.auth;

import java.util.ArrayList;
import java.util.List;

/** Splits a command line into its arguments: at white space, except within single or double quotes. Nothing is expanded. */
final class CommandLine {
    private CommandLine() {}

    static List<String> split(String commandLine) {
        List<String> arguments = new ArrayList<>();
        StringBuilder argument = new StringBuilder();
        boolean isStarted = false;
        char quote = 0;
        for (int i = 0; i < commandLine.length(); i++) {
            char c = commandLine.charAt(i);
            if (quote != 0 && c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
                isStarted = true;
            } else if (quote == 0 && Character.isWhitespace(c)) {
                if (isStarted) arguments.add(argument.toString());
                argument.setLength(0);
                isStarted = false;
            } else {
                argument.append(c);
                isStarted = true;
            }
        }
        if (quote != 0) throw new IllegalArgumentException("the command line has a quote that is not closed");
        if (isStarted) arguments.add(argument.toString());
        if (arguments.isEmpty()) throw new IllegalArgumentException("the command line is empty");
        return List.copyOf(arguments);
    }
}
