package io.github.latchkey.mcp

import kotlinx.serialization.json.JsonPrimitive
import kotlin.jvm.JvmStatic

/**
 * The id of a JSON-RPC request: a string or an integer, never null (MCP 2025-11-25, Base Protocol, Requests).
 * Two ids are equal when both the value and the JSON type are: `1` is not `"1"`.
 */
public class RequestId private constructor(
    private val number: Long,
    private val string: String?,
) {
    /** The id as a JSON value. */
    internal fun toJson(): JsonPrimitive = if (string != null) JsonPrimitive(string) else JsonPrimitive(number)

    override fun equals(other: Any?): Boolean = other is RequestId && other.number == number && other.string == string

    override fun hashCode(): Int = string?.hashCode() ?: number.hashCode()

    /** The id as it stands in JSON: a number, or a string in quotes. */
    override fun toString(): String = toJson().toString()

    public companion object {
        @JvmStatic
        public fun of(number: Long): RequestId = RequestId(number, null)

        @JvmStatic
        public fun of(string: String): RequestId = RequestId(0, string)
    }
}
