package io.github.latchkey.mcp.test

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import java.io.BufferedReader
import java.util.concurrent.ConcurrentHashMap
import java.util.function.Consumer

/** Serves a [ScriptedMcpServer] on a pair of streams, as stdio does: a message a line, in both eras. For one client. */
public object StdioMcpServer {
    /** Answers what stands in [input] by handing lines to [output], one at a time, until [input] ends. */
    @JvmSynthetic
    public suspend fun serve(server: ScriptedMcpServer, input: BufferedReader, output: (String) -> Unit): Unit =
        coroutineScope {
            val pipe = ServerPipe(server, this, output)
            while (true) pipe.take(withContext(Dispatchers.IO) { input.readLine() } ?: break)
            coroutineContext.job.cancelChildren()
        }

    /** The same for Java: holds the calling thread. */
    @JvmStatic
    public fun serve(server: ScriptedMcpServer, input: BufferedReader, output: Consumer<String>): Unit =
        holdingTheThread { serve(server, input) { line: String -> output.accept(line) } }
}

private class ServerPipe(
    private val server: ScriptedMcpServer,
    private val scope: CoroutineScope,
    private val output: (String) -> Unit,
) {
    private val running = ConcurrentHashMap<String, Job>()

    // Of the last initialize. Written by whoever reads the pipe.
    @Volatile
    private var session: McpSession? = null

    fun take(line: String) {
        if (line.isBlank()) return
        when (val message = parseMessage(line)) {
            is PostedMessage.Malformed -> write(message.refusal.let { jsonRpcError(null, it.code, it.message, it.data) })
            is PostedMessage.Request -> answer(line, message)
            is PostedMessage.Response -> session?.pending?.remove(message.id.toString())?.complete(message.body)
            is PostedMessage.Notification -> notice(message)
        }
    }

    private fun notice(message: PostedMessage.Notification) {
        if (message.method == "notifications/cancelled") running[message.params?.get("requestId").toString()]?.cancel()
    }

    private fun answer(line: String, message: PostedMessage.Request) {
        val isStateless = message.method != "initialize" && McpRevisions.STATELESS in server.revisions && message.meta.isStateless
        val handler =
            when {
                isStateless -> server.handlers.stateless(message.method)

                message.method == "initialize" -> begin(message)

                // What a client asks to find out about the revision.
                session == null -> null

                else -> server.handlers.sessionEra(message.method)
            }
        if (handler == null) {
            write(jsonRpcError(message.id, ErrorCodes.METHOD_NOT_FOUND, "method not found: ${message.method}", data = null))
        } else {
            run(line, message, handler, if (isStateless) null else session)
        }
    }

    private fun begin(message: PostedMessage.Request): RequestHandler? {
        val spoken = server.revisions.filter { it in McpRevisions.SESSION_ERA }
        val version = spoken.find { it == message.params?.string("protocolVersion") } ?: spoken.firstOrNull() ?: return null
        session?.end()
        val begun = McpSession(null, version).also { session = it }
        scope.launch { begun.standaloneStream.follow(0, resumes = false) { _, event -> writeEvent(event) } }
        return server.handlers.initializing(version)
    }

    private fun run(line: String, message: PostedMessage.Request, handler: RequestHandler, session: McpSession?) {
        val params = message.params ?: EMPTY_OBJECT
        val version = session?.version ?: McpRevisions.STATELESS
        val record = server.recordCall(message.method, params, version)
        val stream = EventStream("response")
        val request = RecordedRequest("STDIO", "", "", emptyMap(), line)
        val call = ServerCall(request, message.method, params, version, token = null, stream, session)
        val id = message.id.toString()
        val answering =
            scope.launch(start = CoroutineStart.LAZY) {
                launch { stream.follow(0, resumes = false) { _, event -> writeEvent(event) } }
                runHandler(handler, call, message.id, record, stream)
            }
        running[id] = answering
        answering.invokeOnCompletion { running.remove(id) }
        answering.start()
    }

    private fun write(message: JsonObject) = write(message.toString())

    private fun writeEvent(event: String) = write(event.removePrefix(MESSAGE_EVENT))

    @Synchronized
    private fun write(line: String) = output(line)

    private val JsonElement?.isStateless: Boolean get() = (this as? JsonObject)?.string(MetaKeys.PROTOCOL_VERSION) != null
}
