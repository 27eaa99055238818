package io.github.latchkey.mcp

import kotlinx.serialization.json.JsonObject
import kotlin.jvm.JvmStatic

/**
 * A server wants something of the person (MCP, Elicitation). Show which server asks; declining and cancelling must always be
 * possible.
 */
public sealed class ElicitationRequest {
    /** Why, in the server's words. */
    public abstract val message: String
}

/**
 * The server wants a form filled in.
 *
 * @property requestedSchema JSON Schema: an object of strings, numbers, booleans and choices. Its defaults are filled in for
 * fields that an accepted
 *   answer leaves out.
 */
public class FormElicitation(
    override val message: String,
    public val requestedSchema: RawJson,
) : ElicitationRequest() {
    /** What [requestedSchema] asks for, in its order. */
    public val fields: List<FormField> by lazy { FormField.all(requestedSchema.toObject() ?: JsonObject(emptyMap())) }
}

/**
 * The server wants the person to visit a page. Show the whole [url] and open it only with consent; never fetch it.
 *
 * @property elicitationId by which the server may later tell that it is done (2025-11-25); null in 2026-07-28
 */
public class UrlElicitation(
    override val message: String,
    public val url: String,
    public val elicitationId: String?,
) : ElicitationRequest()

/** What the person decided. */
public class ElicitationResult private constructor(
    /** `accept`, `decline` or `cancel`. */
    public val action: String,
    /** The filled-in form; null for a page, and unless accepted. */
    public val content: JsonObject?,
) {
    override fun toString(): String = "ElicitationResult($action)"

    public companion object {
        /** The form, filled in. Fields that are left out get their default. */
        @JvmStatic
        public fun accept(content: JsonObject): ElicitationResult = ElicitationResult("accept", content)

        /** The same from JSON text and the like. Throws [IllegalArgumentException] if it is no object. */
        @JvmStatic
        public fun accept(content: RawJson): ElicitationResult =
            accept(requireNotNull(content.toObject()) { "the answers to a form are a JSON object" })

        /** Consent to visit the page. */
        @JvmStatic
        public fun accept(): ElicitationResult = ElicitationResult("accept", null)

        /** A no. */
        @JvmStatic
        public fun decline(): ElicitationResult = ElicitationResult("decline", null)

        /** No decision: the question was dismissed. */
        @JvmStatic
        public fun cancel(): ElicitationResult = ElicitationResult("cancel", null)
    }
}

/**
 * Puts a question of the server to the person. Runs as a child of the session, or of the call it belongs to; cancelled when the
 * server no longer asks.
 */
public fun interface ElicitationHandler {
    public suspend fun elicit(request: ElicitationRequest): ElicitationResult
}
