package io.github.latchkey.mcp.test

import kotlinx.coroutines.future.await
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.net.InetAddress
import java.net.Socket
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse

/** A client without any knowledge of the protocol: it sends what it is told. One for all tests, as the JDK 17 client cannot be closed. */
internal object HttpProbe {
    private val client: HttpClient =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER).build()

    suspend fun send(
        method: String,
        url: String,
        headers: Map<String, String> = emptyMap(),
        body: String? = null,
    ): HttpResponse<String> {
        val publisher = if (body == null) HttpRequest.BodyPublishers.noBody() else HttpRequest.BodyPublishers.ofString(body)
        val request = HttpRequest.newBuilder(URI(url)).method(method, publisher)
        headers.forEach { (name, value) -> request.header(name, value) }
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString()).await()
    }

    suspend fun postForm(
        url: String,
        form: Map<String, String>,
        headers: Map<String, String> = emptyMap(),
    ): HttpResponse<String> = send("POST", url, headers + ("Content-Type" to "application/x-www-form-urlencoded"), formText(form))
}

internal fun formText(form: Map<String, String>): String =
    form.entries.joinToString("&") { (name, value) -> "$name=" + URLEncoder.encode(value, "UTF-8") }

internal fun HttpResponse<String>.header(name: String): String? = headers().firstValue(name).orElse(null)

internal val HttpResponse<String>.json: JsonObject get() = parseJsonOrNull(body())!!.jsonObject

internal val HttpResponse<String>.rpcResult: JsonObject get() = json.getValue("result").jsonObject

internal val HttpResponse<String>.rpcErrorCode: Int? get() = json["error"]?.jsonObject?.get("code")?.jsonPrimitive?.int

/** The messages of an event stream, comments and empty data left out. */
internal val HttpResponse<String>.sseMessages: List<JsonObject>
    get() =
        body().split("\n\n").mapNotNull { event ->
            val data = event.lines().filter { it.startsWith("data:") }.joinToString("\n") { it.removePrefix("data:").removePrefix(" ") }
            parseJsonOrNull(data) as? JsonObject
        }

internal val POST_HEADERS = mapOf("Content-Type" to "application/json", "Accept" to "application/json, text/event-stream")

internal fun statelessHeaders(method: String, name: String? = null): Map<String, String> =
    POST_HEADERS + mapOf("MCP-Protocol-Version" to "2026-07-28", "Mcp-Method" to method) +
        if (name == null) emptyMap() else mapOf("Mcp-Name" to name)

internal val STATELESS_META =
    json("""{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}""")

internal fun statelessBody(method: String, params: JsonObject = EMPTY_OBJECT, meta: JsonObject = STATELESS_META): String =
    rpc(method, params.with("_meta" to meta))

internal fun rpc(method: String, params: JsonElement? = null, id: JsonElement? = JsonPrimitive(1)): String =
    EMPTY_OBJECT.with("jsonrpc" to JsonPrimitive("2.0"), "id" to id, "method" to JsonPrimitive(method), "params" to params).toString()

internal fun json(text: String): JsonObject = ToolResults.json(text)

/** Sends a POST over a socket of its own and leaves that open: closing it is the client going away. */
internal fun rawPost(port: Int, path: String, headers: Map<String, String>, body: String): Socket {
    val socket = rawSocket(port)
    val fields = headers + mapOf("Host" to "127.0.0.1:$port", "Content-Length" to body.toByteArray().size.toString())
    val head = "POST $path HTTP/1.1\r\n" + fields.entries.joinToString("") { "${it.key}: ${it.value}\r\n" } + "\r\n"
    socket.getOutputStream().write((head + body).toByteArray())
    return socket
}

internal fun rawSocket(port: Int): Socket = Socket(InetAddress.getByName("127.0.0.1"), port)
