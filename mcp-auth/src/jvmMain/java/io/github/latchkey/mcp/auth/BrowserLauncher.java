package io.github.latchkey.mcp.auth;

import java.io.IOException;

/**
 * Shows a page to the person. An {@link AuthorizationUrl} is always {@code https}, or {@code http} on this machine, so it may be opened as
 * it is, but never through a shell.
 */
@FunctionalInterface
public interface BrowserLauncher {
    /**
     * Opens {@code url}. May block as long as the page is shown: it runs on a thread of its own, which is interrupted when nobody waits any more.
     *
     * @throws IOException if the page cannot be shown; the sign-in then fails at once
     */
    void open(AuthorizationUrl url) throws IOException, InterruptedException;

    /** Returns the browser of the person's desktop: {@code xdg-open}, {@code open} on macOS, {@code rundll32} on Windows. */
    static BrowserLauncher system() {
        return CommandLauncher.forSystem(System.getProperty("os.name", ""));
    }

    /**
     * Returns a launcher that starts {@code commandLine}, which is split at spaces as a shell would, quotes included, but run without one.
     * Every {@code %s} in an argument becomes the URL; without one the URL is added as the last argument.
     *
     * @throws IllegalArgumentException if the command line is empty or a quote is not closed
     */
    static BrowserLauncher command(String commandLine) {
        return new CommandLauncher(CommandLine.split(commandLine));
    }
}
