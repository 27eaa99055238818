package io.github.latchkey.mcp.inspector;

import java.util.regex.Pattern;

/** SERVER on the command line: a URL, {@code stdio:}, or the name of a server in an {@code mcp.json}. */
record ServerArgument(String text) {
    private static final String STDIO = "stdio:";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._-]*");

    /** Throws {@link IllegalArgumentException} that says what is wrong with {@code text}. */
    static ServerArgument parse(String text) {
        ServerArgument argument = new ServerArgument(text);
        if (!argument.isStdio() && !argument.isName()) ServerAddress.parse(text);
        return argument;
    }

    boolean isStdio() {
        return text.equals(STDIO);
    }

    boolean isName() {
        return NAME.matcher(text).matches();
    }
}
