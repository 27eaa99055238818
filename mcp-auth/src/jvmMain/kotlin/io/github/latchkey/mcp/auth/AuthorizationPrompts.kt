package io.github.latchkey.mcp.auth

import kotlinx.coroutines.future.await

/** Prompts for Java callers. */
public object AuthorizationPrompts {
    /**
     * A prompt whose redirect always goes to [redirectUri], wherever that is received: [prompt] shows the page and yields the URL that the
     * authorization server redirected to.
     */
    @JvmStatic
    public fun fixedRedirect(
        redirectUri: String,
        prompt: AsyncAuthorizationPrompt,
    ): AuthorizationPrompt = FixedRedirectPrompt(redirectUri, prompt)

    /** A [PasteBackPrompt] on [terminal], for a person whose browser runs on another machine. */
    @JvmStatic
    public fun pasteBack(terminal: AsyncPasteBackTerminal): AuthorizationPrompt = PasteBackPrompt({ terminal.ask(it).await() })

    /** A prompt that fails at once, with the URL it would have opened. */
    @JvmStatic
    public fun nonInteractive(): AuthorizationPrompt = NonInteractivePrompt
}

private class FixedRedirectPrompt(
    private val redirectUri: String,
    private val prompt: AsyncAuthorizationPrompt,
) : AuthorizationPrompt {
    override suspend fun prepare(registeredRedirectUris: List<String>): RedirectReceiver =
        object : RedirectReceiver {
            override val redirectUri: String get() = this@FixedRedirectPrompt.redirectUri

            override suspend fun authorize(url: AuthorizationUrl): String = prompt.authorize(url).await()
        }
}
