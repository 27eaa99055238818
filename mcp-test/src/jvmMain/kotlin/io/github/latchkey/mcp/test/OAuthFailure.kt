package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/**
 * An OAuth error to answer with. Handlers of [AuthorizationServerBuilder.grant] throw it, too.
 *
 * @property error the error code (RFC 6749 §5.2, RFC 7591 §3.2.2, RFC 8707 §2).
 * @property description the `error_description`.
 * @property status the HTTP status.
 * @property isViolation whether the client broke a rule, in contrast to a refusal that it must expect.
 */
public class OAuthFailure
@JvmOverloads
constructor(
    public val error: String,
    public val description: String,
    public val status: Int = 400,
    public val isViolation: Boolean = true,
) : RuntimeException("$error: $description") {
    internal fun body(): JsonObject =
        JsonObject(mapOf("error" to JsonPrimitive(error), "error_description" to JsonPrimitive(description)))
}

internal fun refuse(error: String, description: String): Nothing = throw OAuthFailure(error, description)

/** A refusal that a client must be ready for, whatever it did. */
internal fun refuseExpected(error: String, description: String, status: Int = 400): Nothing =
    throw OAuthFailure(error, description, status, isViolation = false)
