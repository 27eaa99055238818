package io.github.latchkey.mcp

import kotlinx.serialization.json.JsonElement

/**
 * Says whether JSON values fit a JSON Schema. An implementation must never load what a schema refers to over the network (MCP 2026-07-28,
 * JSON Schema Usage).
 */
public fun interface SchemaValidator {
    /** Makes [schema] ready for use. Throws [IllegalArgumentException] if it cannot be used: no schema, or of an unknown dialect. */
    public fun prepare(schema: RawJson): PreparedSchema
}

/** A schema that values can be held against, by many threads at once. */
public fun interface PreparedSchema {
    /** What is wrong with [value], for people; empty if nothing is. */
    public fun problems(value: JsonElement): List<String>
}

/** What becomes of a structured result that does not fit the tool's `outputSchema`. */
public enum class OutputValidation {
    /** The call throws [ProtocolException]. */
    STRICT,

    /** The call returns the result, and a [WarningEvent] says what is wrong with it. */
    WARN,
}
