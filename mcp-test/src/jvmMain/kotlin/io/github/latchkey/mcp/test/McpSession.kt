package io.github.latchkey.mcp.test

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Job
import kotlinx.serialization.json.JsonObject
import java.util.UUID
import java.util.concurrent.ConcurrentHashMap

/** One session of the session era; its [id] is null on a server that issues none. */
internal class McpSession(val id: String?, val version: String) {
    /** The stream that a GET without `Last-Event-ID` follows. */
    val standaloneStream = EventStream("standalone")

    /** The streams of this session that can be resumed, by id. */
    val streams = ConcurrentHashMap<String, EventStream>().apply { put(standaloneStream.id, standaloneStream) }

    /** The running requests, by the JSON text of their id. */
    val running = ConcurrentHashMap<String, Job>()

    /** Our requests to the client, by the JSON text of their id. */
    val pending = ConcurrentHashMap<String, CompletableDeferred<JsonObject>>()

    private val usedIds = ConcurrentHashMap.newKeySet<String>()

    @Volatile
    var isInitialized = false

    @Volatile
    var logLevel = "debug"

    /** False if [idText] was used before in this session (MCP 2025-11-25, Requests). */
    fun claimId(idText: String): Boolean = id == null || usedIds.add(idText)

    fun end() {
        running.values.forEach { it.cancel() }
        streams.values.forEach { it.end(null) }
    }
}

/** The sessions of one server. */
internal class McpSessions(private val issuesIds: Boolean) {
    private val sessions = ConcurrentHashMap<String, McpSession>()

    @Volatile
    private var withoutId: McpSession? = null

    val ids: List<String> get() = sessions.keys.toList()

    fun open(version: String): McpSession {
        if (!issuesIds) return McpSession(null, version).also { withoutId = it }
        val id = UUID.randomUUID().toString()
        return McpSession(id, version).also { sessions[id] = it }
    }

    /** The session that [request] belongs to; a [Refusal] when it names none or one that is over. */
    fun find(request: RecordedRequest): Found {
        if (!issuesIds) return withoutId?.let(Found::Session) ?: refused(400, ErrorCodes.BAD_SESSION, "not initialized")
        val id = request.header("Mcp-Session-Id") ?: return refused(400, ErrorCodes.BAD_SESSION, "Mcp-Session-Id is missing")
        return sessions[id]?.let(Found::Session) ?: refused(404, ErrorCodes.SESSION_NOT_FOUND, "session not found")
    }

    fun remove(session: McpSession) {
        session.id?.let(sessions::remove)
        session.end()
    }

    /** Forgets all sessions, as a restarted server would. */
    fun clear() {
        sessions.values.forEach { remove(it) }
        withoutId = null
    }

    fun all(): List<McpSession> = sessions.values.toList() + listOfNotNull(withoutId)

    private fun refused(status: Int, code: Int, message: String) =
        Found.Nothing(Refusal(status, code, message, isViolation = status == 400))

    sealed interface Found {
        class Session(val session: McpSession) : Found

        class Nothing(val refusal: Refusal) : Found
    }
}
