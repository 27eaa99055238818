package io.github.latchkey.mcp

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.io.File
import java.util.concurrent.ConcurrentHashMap

/** The schemas of the specification, in `<revision>/schema.json` of [folder]. */
internal class WireSchema(
    private val folder: File,
) {
    private val schemas = ConcurrentHashMap<String, JsonObject>()
    private val prepared = ConcurrentHashMap<Pair<String, String>, PreparedSchema>()

    /** Fails unless [message], of the client, is what [revision] says. A method that the revision does not know is an extension's. */
    fun check(message: JsonRpcMessage, revision: String) {
        val json = RawJson.parse(message.encode())
        for (definition in definitions(message, revision)) {
            val problems = prepared.computeIfAbsent(revision to definition) { prepare(revision, definition) }.problems(json.toElement())
            check(problems.isEmpty()) { "not a $definition of $revision: ${problems.joinToString("; ")}: $json" }
        }
    }

    private fun definitions(message: JsonRpcMessage, revision: String): List<String> {
        val known = definitionsOf(revision)
        return when (message) {
            is JsonRpcRequest -> listOf("JSONRPCRequest") + listOfNotNull(known.named(message.method))
            is JsonRpcNotification -> listOf("JSONRPCNotification") + listOfNotNull(known.named(message.method))
            is JsonRpcResult -> listOf(if ("JSONRPCResultResponse" in known) "JSONRPCResultResponse" else "JSONRPCResponse")
            is JsonRpcFailure -> listOf(if ("JSONRPCErrorResponse" in known) "JSONRPCErrorResponse" else "JSONRPCError")
        }
    }

    private fun JsonObject.named(method: String): String? =
        entries
            .find { (name, definition) ->
                val properties = (definition as JsonObject)["properties"] as? JsonObject
                val constant = (properties?.get("method") as? JsonObject)?.get("const")
                constant == JsonPrimitive(method) && !name.startsWith("Client")
            }?.key

    private fun prepare(revision: String, definition: String): PreparedSchema {
        val schema = schemas.getValue(revision)
        val reference = "#/${keyOf(schema)}/$definition"
        return JsonSchemaValidator().prepare(RawJson.of(JsonObject(schema + ("\$ref" to JsonPrimitive(reference)))))
    }

    private fun definitionsOf(revision: String): JsonObject {
        val schema = schemas.computeIfAbsent(revision) { RawJson.parse(File(folder, "$it/schema.json").readText()).toObject()!! }
        return schema[keyOf(schema)] as JsonObject
    }

    private fun keyOf(schema: JsonObject) = if ("\$defs" in schema) "\$defs" else "definitions"
}
