package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.auth.internal.authorization.PastedRedirect
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import kotlin.jvm.JvmOverloads

/**
 * Signs in without a browser on this machine: shows the address, and has the person paste back the one that their browser ended at, wherever that runs.
 * For a remote shell. That last page cannot be shown there, since it is an address of *their* machine where nothing listens; its address is all that is needed.
 *
 * A bare code is taken, too, from servers that show one. It comes without the `state`, but is bound to this sign-in by PKCE; where the server promises
 * an `iss` it is refused, since nothing would tell who gave it.
 */
public class PasteBackPrompt @JvmOverloads constructor(
    private val terminal: PasteBackTerminal,
    private val redirectUri: String = "http://127.0.0.1:53682/callback",
) : AuthorizationPrompt {
    init {
        val url = HttpUrl.parse(redirectUri)
        require(url != null && (url.isHttps || url.isLoopback) && !url.hasFragment) {
            "redirectUri is neither https nor http on this machine"
        }
    }

    override suspend fun prepare(registeredRedirectUris: List<String>): RedirectReceiver =
        Receiver(registeredRedirectUris.firstOrNull { isLikeOurs(it) } ?: redirectUri)

    // Nothing listens there, so another port is as good as ours, and saves a registration.
    private fun isLikeOurs(registered: String): Boolean = registered == redirectUri || HttpUrl.parse(registered)?.isLoopback == true

    private inner class Receiver(
        override val redirectUri: String,
    ) : RedirectReceiver {
        override suspend fun authorize(url: AuthorizationUrl): String {
            var problem: String? = null
            repeat(MAX_TRIES) {
                val line = terminal.ask(PasteBackQuestion(url, problem)) ?: throw failure(url, "nothing was pasted")
                val pasted = PastedRedirect(line, url)
                pasted.redirect?.let { return it }
                problem = pasted.problem
            }
            throw failure(url, "what was pasted is not the address that the sign-in ended at")
        }
    }

    private fun failure(url: AuthorizationUrl, message: String): AuthorizationFailedException {
        val remedy = "sign in again, and paste the whole address that the browser shows in the end, from http to the last character"
        return AuthorizationFailedException(message, AuthorizationStep.AUTHORIZATION, FailureDetails(Phase.AUTHORIZE, url.endpoint, remedy))
    }

    override fun toString(): String = "PasteBackPrompt($redirectUri)"

    private companion object {
        const val MAX_TRIES = 3
    }
}

/** Talks to the person of a [PasteBackPrompt]. */
public fun interface PasteBackTerminal {
    /** Shows what [question] says and suspends until the person has entered a line; null if there is none any more. Cancelled with the sign-in. */
    public suspend fun ask(question: PasteBackQuestion): String?
}

/**
 * What to show.
 *
 * @property url where the person signs in; they are to paste the address that their browser ends at, which begins with [AuthorizationUrl.redirectUri]
 * @property problem why the line before was not taken, in a sentence without what was pasted; null at first
 */
public class PasteBackQuestion internal constructor(
    public val url: AuthorizationUrl,
    public val problem: String?,
)
