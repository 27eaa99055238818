package io.github.latchkey.mcp.auth;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Opens a URL by starting a program, never through a shell: a URL may hold characters that mean something to one. */
final class CommandLauncher implements BrowserLauncher {
    private final List<String> command;

    CommandLauncher(List<String> command) {
        this.command = command;
    }

    static CommandLauncher forSystem(String osName) {
        String os = osName.toLowerCase(Locale.ROOT);
        if (os.contains("win") && !os.contains("darwin")) {
            return new CommandLauncher(List.of("rundll32", "url.dll,FileProtocolHandler"));
        }
        return new CommandLauncher(List.of(os.contains("mac") || os.contains("darwin") ? "open" : "xdg-open"));
    }

    List<String> commandFor(AuthorizationUrl url) {
        if (command.stream().noneMatch(it -> it.contains("%s"))) {
            return Stream.concat(command.stream(), Stream.of(url.getValue())).collect(Collectors.toUnmodifiableList());
        }
        return command.stream().map(it -> it.replace("%s", url.getValue())).collect(Collectors.toUnmodifiableList());
    }

    /** The program keeps running if nobody waits for it any more: it may be the browser itself. */
    @Override
    public void open(AuthorizationUrl url) throws IOException, InterruptedException {
        int status = start(commandFor(url)).waitFor();
        if (status != 0) throw new IOException("the command " + command.get(0) + " ended with status " + status);
    }

    // Standard output may belong to an MCP server on stdio, and a browser that is noisy there must not be heard.
    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(nullDevice()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static File nullDevice() {
        return new File(File.separatorChar == '\\' ? "NUL" : "/dev/null");
    }
}
