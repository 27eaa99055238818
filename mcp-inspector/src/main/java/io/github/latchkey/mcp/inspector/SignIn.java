package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.auth.AuthorizationPrompt;
import io.github.latchkey.mcp.auth.AuthorizationPrompts;
import io.github.latchkey.mcp.auth.AuthorizationUrl;
import io.github.latchkey.mcp.auth.BrowserLauncher;
import io.github.latchkey.mcp.auth.LoopbackPrompt;
import io.github.latchkey.mcp.auth.OAuthAuthorizers;
import io.github.latchkey.mcp.auth.OAuthOptions;
import io.github.latchkey.mcp.transport.Authorizer;
import io.github.latchkey.mcp.transport.BearerToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Makes the authorizer that the options ask for. */
final class SignIn {
    private SignIn() {}

    /** Null if there is nothing to try: then a 401 is told at once. Throws {@link IllegalArgumentException} for options that cannot be. */
    static @Nullable Authorizer authorizer(CredentialOptions options, String url, Invocation invocation) {
        if (options.bearer != null) return new BearerToken(options.bearer.value());
        if (options.isNonInteractive && !options.describeClient() && !isStored(options, url, invocation)) return null;
        return oauth(options, invocation);
    }

    /** Goes as far as it gets, up to where a person is needed if there is none. */
    static Authorizer oauth(CredentialOptions options, Invocation invocation) {
        return OAuthAuthorizers.create(oauthOptions(options, invocation.console()));
    }

    private static boolean isStored(CredentialOptions options, String url, Invocation invocation) {
        try (StoredSignIns signIns = new StoredSignIns(invocation.console(), options.store)) {
            return signIns.find(invocation, url) != null;
        }
    }

    private static OAuthOptions oauthOptions(CredentialOptions options, Console console) {
        OAuthOptions.Builder oauth =
                OAuthOptions.builder(prompt(options, console)).tokenStore(options.store.open(console));
        if (options.clientId != null && options.clientSecret != null) {
            oauth.client(options.clientId.value(), options.clientSecret.value());
        } else if (options.clientId != null) {
            oauth.client(options.clientId.value());
        }
        if (options.clientMetadataUrl != null) oauth.clientMetadataUrl(options.clientMetadataUrl);
        if (options.scope != null) {
            oauth.scopes(Arrays.asList(options.scope.strip().split("\\s+")));
        }
        return oauth.build();
    }

    private static AuthorizationPrompt prompt(CredentialOptions options, Console console) {
        if (options.isNonInteractive) return AuthorizationPrompts.nonInteractive();
        BrowserLauncher browser = browser(options);
        if (browser == null) return PasteBack.prompt(console);
        return LoopbackPrompt.builder()
                .browser(url -> show(url, browser, console))
                .build();
    }

    /** Null where there is none. */
    static @Nullable BrowserLauncher browser(CredentialOptions options) {
        if (options.isWithoutBrowser) return null;
        String command = options.openBrowserCommand;
        return command == null ? BrowserLauncher.system() : BrowserLauncher.command(command);
    }

    /** The address is shown as well: for a look at where it leads, or to open it in another browser of this machine. */
    private static void show(AuthorizationUrl url, BrowserLauncher browser, Console console)
            throws IOException, InterruptedException {
        console.printError("Opening browser: " + url.getValue());
        if (!console.terminal().canRedraw(Terminal.Stream.ERROR)) {
            console.printError("Waiting for sign-in…");
            browser.open(url);
            return;
        }
        Spinner spinner = Spinner.start(console, "Waiting for sign-in…");
        try {
            browser.open(url);
            // Interrupted when the sign-in has come back, or is no longer waited for.
            new CountDownLatch(1).await();
        } finally {
            spinner.close();
        }
    }
}
