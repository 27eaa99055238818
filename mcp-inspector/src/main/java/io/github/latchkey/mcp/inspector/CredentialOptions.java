package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.inspector.Converters.Secret;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How to sign in, if the server asks for it. Where a value says so, it can also be {@code @file} or {@code env:NAME}. */
final class CredentialOptions {
    @Option(
            names = "--bearer",
            paramLabel = "TOKEN",
            description = "Send this token and do not sign in. TOKEN, or where it stands: @FILE, env:NAME.")
    @Nullable
    Secret bearer;

    @Option(
            names = "--client-id",
            paramLabel = "ID",
            description = "A client that the authorization server knows already. ID, @FILE or env:NAME.")
    @Nullable
    Secret clientId;

    @Option(
            names = "--client-secret",
            paramLabel = "SECRET",
            description = "The secret of that client. SECRET, @FILE or env:NAME.")
    @Nullable
    Secret clientSecret;

    @Option(
            names = "--client-metadata-url",
            paramLabel = "URL",
            description = "The https URL of a client id metadata document, used where the server supports it.")
    @Nullable
    String clientMetadataUrl;

    @Option(
            names = "--scope",
            paramLabel = "SCOPES",
            description = "The scopes to ask for, separated by spaces; by default those that the server names.")
    @Nullable
    String scope;

    @Option(names = "--non-interactive", description = "Nobody can sign in: fail at once if somebody would have to.")
    boolean isNonInteractive;

    @Option(
            names = "--open-browser-command",
            paramLabel = "CMD",
            description = "Open the sign-in page with this command; %%s in it, or else its end, becomes the address.")
    @Nullable
    String openBrowserCommand;

    @Option(
            names = "--no-browser",
            description =
                    "There is no browser here: show the sign-in page's address, and have the last one pasted back.")
    boolean isWithoutBrowser;

    @Mixin
    final StoreOptions store = new StoreOptions();

    /** Options that would do nothing beside the others are mistakes. */
    void check() {
        if (bearer != null) {
            refuse("--bearer", clientId != null, "--client-id");
            refuse("--bearer", clientSecret != null, "--client-secret");
            refuse("--bearer", clientMetadataUrl != null, "--client-metadata-url");
            refuse("--bearer", scope != null, "--scope");
            refuse("--bearer", openBrowserCommand != null, "--open-browser-command");
            refuse("--bearer", isWithoutBrowser, "--no-browser");
            refuse("--bearer", store.store != null, "--store");
            if (bearer.value().chars().anyMatch(c -> c <= ' ' || c > '~')) {
                throw new UsageException(
                        "the token of --bearer has spaces or other characters that no token has",
                        "give the token alone, without the word Bearer");
            }
        }
        if (isNonInteractive) {
            refuse("--non-interactive", openBrowserCommand != null, "--open-browser-command");
            refuse("--non-interactive", isWithoutBrowser, "--no-browser");
        }
        if (isWithoutBrowser) refuse("--no-browser", openBrowserCommand != null, "--open-browser-command");
        if (clientSecret != null && clientId == null) {
            throw new UsageException("--client-secret needs --client-id", "give the client id as well");
        }
    }

    /** Whether there is anything to sign in with but a person. */
    boolean describeClient() {
        return clientId != null || clientMetadataUrl != null || scope != null;
    }

    void hideSecrets(Redaction redaction) {
        if (bearer != null) redaction.hide(bearer.value());
        if (clientSecret != null) redaction.hide(clientSecret.value());
    }

    private static void refuse(String option, boolean isGiven, String other) {
        if (!isGiven) return;
        throw new UsageException(option + " and " + other + " exclude each other", "leave out one of them");
    }
}
