@file:JvmName("StructuredResults")

package io.github.latchkey.mcp

import kotlinx.serialization.DeserializationStrategy
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonObjectBuilder
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.serializer
import kotlin.jvm.JvmName
import kotlin.jvm.JvmSynthetic

/**
 * The structured content as a [T]. Throws [ToolFailedException] if the tool says that it failed, and [ProtocolException] if there is no
 * structured content or it is no [T]. Members that [T] does not have are ignored.
 */
public fun <T> CallToolResult.structured(deserializer: DeserializationStrategy<T>): T {
    if (isError) throw ToolFailedException(this)
    val content = structuredContent ?: throw unstructured("the tool returned no structured content", null)
    try {
        return content.decode(deserializer)
    } catch (e: SerializationException) {
        throw unstructured("the structured content is no ${deserializer.descriptor.serialName}", e)
    }
}

/** The structured content as a [T], which is serializable. */
public inline fun <reified T> CallToolResult.structured(): T = structured(serializer<T>())

/**
 * Calls the tool [name] and returns its structured content as a [T]. Throws what [McpSession.callTool] throws, [ToolFailedException] if
 * the tool says that it failed, and [ProtocolException] if its structured content is no [T].
 */
@JvmSynthetic
public suspend inline fun <reified T> McpSession.callTool(
    name: String,
    arguments: JsonObject = JsonObject(emptyMap()),
    options: RequestOptions = RequestOptions.DEFAULT,
): T {
    // Spelled out, or it would call itself.
    val result: CallToolResult = this.callTool(name, arguments, options)
    return result.structured()
}

/** The same, with the arguments that [arguments] puts together. */
@JvmSynthetic
public suspend inline fun <reified T> McpSession.callTool(
    name: String,
    noinline arguments: JsonObjectBuilder.() -> Unit,
): T {
    val result: CallToolResult = this.callTool(name, buildJsonObject(arguments), RequestOptions.DEFAULT)
    return result.structured()
}

private fun unstructured(message: String, cause: Throwable?) =
    ProtocolException(
        message,
        FailureDetails(Phase.REQUEST, null, "see the tool's outputSchema for what it returns, and the result's content for its text"),
        cause,
    )
