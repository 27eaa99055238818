package io.github.latchkey.mcp.auth.internal.authorization

import io.github.latchkey.mcp.auth.AuthorizationUrl
import io.github.latchkey.mcp.auth.internal.url.formDecode
import io.github.latchkey.mcp.auth.internal.url.formEncode

/** What a person has pasted in answer to [url]: the address that their browser ended at, its query, or a code alone. The sign-in checks it once more. */
internal class PastedRedirect(
    line: String,
    private val url: AuthorizationUrl,
) {
    // Terminals break long lines, and copies of rich text come in brackets and quotes.
    private val text = line.filterNot { it.isWhitespace() }.trim('<', '>', '"', '\'')
    private val isUrl = "://" in text.substringBefore('?')
    private val parameters = formDecode(text.substringBefore('#').let { if ('?' in it) it.substringAfter('?') else it }).toMap()

    /** Why it cannot be the answer, for the person; null if it can. */
    val problem: String? =
        when {
            text.isEmpty() -> "Nothing was pasted."

            text.any { it !in '!'..'~' } -> "That is no address: it has characters that no address has."

            isUrl && text == url.value -> "That is the address to open. Paste the one that the browser shows after you have signed in."

            isUrl && text.substringBefore(
                '?',
            ).substringBefore('#') != url.redirectUri -> "That address does not begin with ${url.redirectUri}."

            isBareCode -> null

            "code" !in parameters && "error" !in parameters -> "That address has no code in it. Paste all of it, to the last character."

            parameters["state"] != state -> "That address is of another sign-in. Paste the one that this sign-in ended at."

            else -> null
        }

    /** What to go on with; null if there is a [problem]. */
    val redirect: String?
        get() =
            when {
                problem != null -> null
                isUrl -> text
                isBareCode -> "${url.redirectUri}?" + formEncode(listOf("code" to text, "state" to state))
                else -> "${url.redirectUri}?${text.substringAfter('?')}"
            }

    private val isBareCode: Boolean get() = !isUrl && text.none { it in "=&?" } && text.length >= MIN_CODE_CHARS

    private val state: String get() = formDecode(url.value.substringAfter('?')).toMap()["state"].orEmpty()

    private companion object {
        /** Shorter is a word that somebody typed. */
        const val MIN_CODE_CHARS = 6
    }
}
