package io.github.latchkey.mcp.http.internal

/**
 * The start of a body, fit for an exception: control characters become spaces, and secrets `***`. Those are [secrets], which the
 * request carried and a server may repeat, and whatever looks like a token.
 */
internal fun redacted(body: String, secrets: Collection<String>): String {
    var text = body.replace(CONTROL_CHARACTERS, " ").trim()
    for (secret in secrets) if (secret.length >= MIN_SECRET_LENGTH) text = text.replace(secret, MASK)
    return text.replace(CREDENTIALS) { it.groupValues[1] + MASK }.replace(TOKEN_MEMBERS) { it.groupValues[1] + MASK }
}

/** What is secret in the value of a header: all of it, and what follows the scheme of an `Authorization`. */
internal fun secretsOf(headerValue: String): List<String> = listOf(headerValue, headerValue.substringAfter(' '))

/** [text] on one line and no longer than [limit] characters, for a message. */
internal fun oneLine(text: String, limit: Int = 200): String {
    val line = text.replace(CONTROL_CHARACTERS, " ").trim()
    return if (line.length <= limit) line else line.take(limit) + "…"
}

private const val MASK = "***"

/** Shorter ones are no secrets, and would tear holes into the text. */
private const val MIN_SECRET_LENGTH = 6
private val CONTROL_CHARACTERS = Regex("[\\u0000-\\u001f\\u007f-\\u009f]+")
private val CREDENTIALS = Regex("((?:Bearer|DPoP|Basic)\\s+)[A-Za-z0-9._~+/-]{8,}=*", RegexOption.IGNORE_CASE)
private val TOKEN_MEMBERS =
    Regex("((?:access_token|refresh_token|id_token|client_secret|code_verifier)\"?\\s*[:=]\\s*\"?)[^\"&\\s]+", RegexOption.IGNORE_CASE)
