package io.github.latchkey.mcp.stdio;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The command line of a server, and how to run it. */
final class ServerCommand {
    /** What programs need to run at all; nothing that is likely to be a credential. */
    private static final Set<String> INHERITED = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "SHELL",
            "TERM",
            "LANG",
            "LANGUAGE",
            "TZ",
            "TMPDIR",
            "PATHEXT",
            "COMSPEC",
            "SYSTEMDRIVE",
            "SYSTEMROOT",
            "WINDIR",
            "TEMP",
            "TMP",
            "USERNAME",
            "USERPROFILE",
            "HOMEDRIVE",
            "HOMEPATH",
            "APPDATA",
            "LOCALAPPDATA",
            "PROGRAMDATA",
            "PROGRAMFILES",
            "PROCESSOR_ARCHITECTURE");

    private static final int MAX_SHOWN = 200;

    private final List<String> command;
    private final StdioOptions options;

    ServerCommand(List<String> command, StdioOptions options) {
        if (command.isEmpty() || command.get(0).isBlank()) {
            throw new IllegalArgumentException("the command of a stdio server must name a program");
        }
        this.command = List.copyOf(command);
        this.options = options;
    }

    /** Starts the program, without a shell. */
    Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        if (!options.getInheritsEnvironment()) {
            environment.keySet().removeIf(name -> !isInherited(name));
        }
        environment.putAll(options.getEnvironment());
        String directory = options.getDirectory();
        if (directory != null) {
            builder.directory(new File(directory));
        }
        return builder.start();
    }

    private static boolean isInherited(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return INHERITED.contains(upper) || upper.startsWith("LC_");
    }

    /** The command line for people: the values of options, which may be secrets, are left out. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(command.get(0));
        boolean followsOption = false;
        for (String argument : command.subList(1, command.size())) {
            int equals = argument.indexOf('=');
            boolean isOption = argument.startsWith("-");
            String shown = argument;
            if (equals >= 0) {
                shown = argument.substring(0, equals) + "=…";
            } else if (!isOption && followsOption) {
                shown = "…";
            }
            text.append(' ').append(shown);
            followsOption = argument.startsWith("--") && equals < 0 && argument.length() > 2;
        }
        return text.length() <= MAX_SHOWN ? text.toString() : text.substring(0, MAX_SHOWN) + "…";
    }
}
