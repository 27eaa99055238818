package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.ElicitationResult;
import io.github.latchkey.mcp.UrlElicitation;
import io.github.latchkey.mcp.auth.AuthorizationUrl;
import io.github.latchkey.mcp.auth.BrowserLauncher;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Has the person look at where a page is before it is opened. Nothing is fetched from there. */
final class PageConversation {
    private static final long BROWSER_SECONDS = 3;

    private final Conversation conversation;
    private final @Nullable BrowserLauncher browser;

    /** @param browser null if the person opens the page themselves */
    PageConversation(Conversation conversation, @Nullable BrowserLauncher browser) {
        this.conversation = conversation;
        this.browser = browser;
    }

    /** Throws {@link Conversation.Dismissed} if the person does not decide. */
    ElicitationResult visit(UrlElicitation page) {
        String host = host(page.getUrl());
        AuthorizationUrl url = safe(page.getUrl());
        conversation.say(new Page()
                .add(Line.begin(0)
                        .add("It wants you to open this page in a browser:")
                        .line())
                .add(highlighted(page.getUrl(), host)));
        if (url == null || host == null) {
            conversation.warn("That is no plain https address, so it is not opened: declined.");
            return ElicitationResult.decline();
        }
        conversation.say("The page is on the host " + host + ".");
        if (host.toLowerCase(Locale.ROOT).contains("xn--")) {
            conversation.warn(
                    "Careful: this name stands for letters of other alphabets, which may look like another name.");
        }
        if (!isAgreed()) return ElicitationResult.decline();
        if (browser != null) open(url, browser);
        return ElicitationResult.accept();
    }

    private static Line highlighted(String url, @Nullable String host) {
        // The host is the last thing before the path; in front of it there may be a name that is made to look like one.
        int end = Math.max(url.indexOf("://"), 0) + 3;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) end++;
        int start = host == null ? -1 : url.lastIndexOf(host, Math.min(end, url.length()));
        if (host == null || start < 0) return Line.of(Ink.PLAIN, "  " + url);
        return Line.begin(2)
                .add("  " + url.substring(0, start))
                .add(Ink.NAME, host)
                .add(url.substring(start + host.length()))
                .line();
    }

    private boolean isAgreed() {
        String question = browser == null ? "Will you open it yourself? yes or [no]: " : "Open it? yes or [no]: ";
        while (true) {
            switch (conversation.ask(question).strip().toLowerCase(Locale.ROOT)) {
                case "y", "yes" -> {
                    return true;
                }
                case "", "n", "no" -> {
                    return false;
                }
                default -> conversation.say("Please answer yes or no.");
            }
        }
    }

    /** A command may last as long as the browser: it is not waited for longer than a browser takes to begin. */
    private void open(AuthorizationUrl url, BrowserLauncher browser) {
        CompletableFuture<Void> opened = new CompletableFuture<>();
        Thread thread = new Thread(() -> complete(opened, url, browser), "latchkey-browser");
        thread.setDaemon(true);
        thread.start();
        opened.completeOnTimeout(null, BROWSER_SECONDS, TimeUnit.SECONDS).join();
    }

    private void complete(CompletableFuture<Void> opened, AuthorizationUrl url, BrowserLauncher browser) {
        try {
            browser.open(url);
        } catch (IOException e) {
            conversation.say("No browser could be started; please open the page yourself.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            opened.complete(null);
        }
    }

    /** Null for what is not https, nor on this machine, and for what can deceive: a name before an @, letters that are not ASCII. */
    private static @Nullable AuthorizationUrl safe(String url) {
        try {
            return new AuthorizationUrl(url, "");
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable String host(String url) {
        try {
            return new URI(url).getHost();
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
