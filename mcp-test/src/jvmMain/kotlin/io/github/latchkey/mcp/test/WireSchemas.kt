package io.github.latchkey.mcp.test

import io.github.latchkey.mcp.JsonSchemaValidator
import io.github.latchkey.mcp.PreparedSchema
import io.github.latchkey.mcp.RawJson
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.Paths
import java.util.concurrent.ConcurrentHashMap

/** The schemas of the specification, in `<revision>/schema.json` of [folder]. */
internal class WireSchemas(private val folder: Path) {
    private val schemas = ConcurrentHashMap<String, JsonObject>()
    private val prepared = ConcurrentHashMap<Pair<String, String>, PreparedSchema>()

    /** What is wrong with the message in [request] by the schema of its revision; empty if nothing is, or if there is no message. */
    fun problems(request: RecordedRequest): List<String> {
        val message = request.json as? JsonObject ?: return emptyList()
        val revision = revisionOf(request, message)
        if (!Files.exists(file(revision))) return emptyList()
        return definitions(message, revision).flatMap { name ->
            val schema = prepared.computeIfAbsent(revision to name) { prepare(revision, name) }
            schema.problems(message).map { "not a $name of $revision: $it" }
        }
    }

    /** `initialize` says itself which it is in; without a header it is one of the revisions that had none. */
    private fun revisionOf(request: RecordedRequest, message: JsonObject): String {
        val params = message.objectAt("params")
        return params?.objectAt("_meta")?.string("io.modelcontextprotocol/protocolVersion")
            ?: params?.string("protocolVersion").takeIf { message.string("method") == "initialize" }
            ?: request.header("MCP-Protocol-Version")
            ?: HEADERLESS
    }

    private fun definitions(message: JsonObject, revision: String): List<String> {
        val known = definitionsOf(revision)
        val method = message.string("method")
        if (method == null) return listOf("JSONRPCResultResponse", "JSONRPCResponse").filter { it in known && "result" in message }.take(1)
        // A method that the revision does not have is an extension's.
        val own = known.entries.find { (name, definition) -> definition.isOf(method) && !name.startsWith("Client") }?.key
        return listOf(if ("id" in message) "JSONRPCRequest" else "JSONRPCNotification") + listOfNotNull(own)
    }

    private fun JsonElement.isOf(method: String): Boolean =
        (this as? JsonObject)?.objectAt("properties")?.objectAt("method")?.get("const") == JsonPrimitive(method)

    private fun prepare(revision: String, name: String): PreparedSchema {
        val schema = schema(revision)
        val reference = JsonPrimitive("#/${keyOf(schema)}/$name")
        return JsonSchemaValidator().prepare(RawJson.of(JsonObject(schema + ("\$ref" to reference))))
    }

    private fun definitionsOf(revision: String): JsonObject = schema(revision).let { it.objectAt(keyOf(it)) ?: JsonObject(emptyMap()) }

    private fun schema(revision: String): JsonObject =
        schemas.computeIfAbsent(revision) { parseJsonOrNull(String(Files.readAllBytes(file(it)))) as? JsonObject ?: JsonObject(emptyMap()) }

    private fun file(revision: String): Path = folder.resolve(revision).resolve("schema.json")

    private fun keyOf(schema: JsonObject) = if ("\$defs" in schema) "\$defs" else "definitions"

    companion object {
        private const val HEADERLESS = "2025-03-26"

        /** Those in the folder that the system property `latchkey.spec` names; null without it, or without `dev.harrel:json-schema`. */
        val ofProperty: WireSchemas? by lazy {
            System.getProperty("latchkey.spec")?.takeIf { it.isNotEmpty() }?.let { find(Paths.get(it)) }
        }

        private fun find(folder: Path): WireSchemas? =
            try {
                JsonSchemaValidator()
                WireSchemas(folder)
            } catch (_: IllegalStateException) {
                null
            }
    }
}
