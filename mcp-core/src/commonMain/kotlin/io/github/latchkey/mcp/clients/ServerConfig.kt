package io.github.latchkey.mcp.clients

import io.github.latchkey.mcp.internal.McpJson
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlin.jvm.JvmStatic

/** A server as an `mcp.json` names it. Its values may be secrets, so `toString` shows none. */
public sealed class ServerConfig {
    /** The name that the file gives it. */
    public abstract val name: String

    /** A server at a [url], to which every request carries [headers]. */
    public class Http(
        override val name: String,
        public val url: String,
        public val headers: Map<String, String> = emptyMap(),
    ) : ServerConfig() {
        override fun toString(): String = "Http($name, headers=${headers.keys})"
    }

    /**
     * A server that is started as a process.
     *
     * @property command the program and its arguments
     * @property environment variables to set for it
     * @property directory the folder to start in; null for that of this process
     */
    public class Stdio(
        override val name: String,
        public val command: List<String>,
        public val environment: Map<String, String> = emptyMap(),
        public val directory: String? = null,
    ) : ServerConfig() {
        override fun toString(): String = "Stdio($name, ${command.first()}, environment=${environment.keys})"
    }

    public companion object {
        /**
         * Reads the servers in [text], the content of an `mcp.json`: the member `mcpServers`, or `servers` as editors write it. A server
         * with `"disabled": true` is left out. In values, `${NAME}` and `${env:NAME}` stand for the variable NAME of
         * [environment], and `${NAME:-text}` for `text` where there is none.
         *
         * Throws [IllegalArgumentException], which names the place and no value, if the text is no such file or a variable is missing.
         */
        @JvmStatic
        public fun parse(text: String, environment: (String) -> String?): List<ServerConfig> = ConfigReader(environment).read(text)
    }
}

private class ConfigReader(
    private val environment: (String) -> String?,
) {
    fun read(text: String): List<ServerConfig> {
        val file =
            try {
                McpJson.parseToJsonElement(text)
            } catch (_: SerializationException) {
                // Its message quotes the text, which may hold secrets.
                throw IllegalArgumentException("the file is not JSON")
            }
        val root = file as? JsonObject ?: throw IllegalArgumentException("the file is no JSON object")
        val key = listOf("mcpServers", "servers").find { it in root } ?: throw IllegalArgumentException("the file has no 'mcpServers'")
        val servers = root[key] as? JsonObject ?: throw IllegalArgumentException("$key is no object")
        return servers.mapNotNull { (name, value) -> server(name, value, "$key.$name") }
    }

    private fun server(name: String, value: JsonElement, place: String): ServerConfig? {
        val server = value as? JsonObject ?: throw IllegalArgumentException("$place is no object")
        if ((server["disabled"] as? JsonPrimitive)?.booleanOrNull == true) return null
        val url = server.string("url", place)
        val program = server.string("command", place)
        require((url == null) != (program == null)) { "$place needs either a 'url' or a 'command'" }
        if (url != null) return ServerConfig.Http(name, url, server.strings("headers", place))
        return ServerConfig.Stdio(
            name,
            listOf(requireNotNull(program)) + server.list("args", place),
            server.strings("env", place),
            server.string("cwd", place),
        )
    }

    private fun JsonObject.string(name: String, place: String): String? =
        this[name]?.takeIf { it !is JsonNull }?.let { text(it, "$place.$name") }

    private fun JsonObject.list(name: String, place: String): List<String> {
        val value = this[name]?.takeIf { it !is JsonNull } ?: return emptyList()
        val items = value as? JsonArray ?: throw IllegalArgumentException("$place.$name is no array")
        return items.mapIndexed { index, item -> text(item, "$place.$name[$index]") }
    }

    private fun JsonObject.strings(name: String, place: String): Map<String, String> {
        val value = this[name]?.takeIf { it !is JsonNull } ?: return emptyMap()
        val members = value as? JsonObject ?: throw IllegalArgumentException("$place.$name is no object")
        return members.mapValues { (key, member) -> text(member, "$place.$name.$key") }
    }

    private fun text(value: JsonElement, place: String): String {
        // Numbers and booleans stand for themselves, as hosts take them.
        val primitive = value as? JsonPrimitive ?: throw IllegalArgumentException("$place is no string")
        return VARIABLE.replace(primitive.content) { match ->
            val (name, fallback) = match.destructured
            environment(name)
                ?: fallback.takeIf { ":-" in match.value }
                ?: throw IllegalArgumentException("$place: the environment has no variable $name")
        }
    }

    private companion object {
        val VARIABLE = Regex("""\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}""")
    }
}
