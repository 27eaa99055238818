package io.github.latchkey.mcp.http.internal

import io.ktor.http.Headers
import io.ktor.http.HttpMethod
import io.ktor.http.Url

/** What sends requests: a Ktor client, or a library of the platform that is called without one. */
internal interface HttpEngine : AutoCloseable {
    /**
     * Sends [request] and hands the answer to [onAnswer] when its headers are there. Its connection is free or closed when this
     * returns or throws, and so is everything that worked for it. Throws what the engine throws.
     */
    suspend fun <T> execute(request: EngineRequest, connectTimeoutMillis: Long, onAnswer: suspend (EngineAnswer) -> T): T

    override fun close()
}

/**
 * A request, as engines take it.
 *
 * @property maxWholeBytes how long JSON may be that an engine reads to its end before it hands over the answer
 * @property onBytes called when bytes of the answer have arrived, on whatever thread
 */
internal class EngineRequest(
    val method: HttpMethod,
    val url: Url,
    val maxWholeBytes: Int = 0,
    val onBytes: () -> Unit = {},
) {
    private val lines = ArrayList<Pair<String, String>>(INITIAL_HEADERS)

    /** Names and values; no name stands twice, whatever its case. */
    val headers: List<Pair<String, String>> get() = lines

    /** Null for none. */
    var body: EngineBody? = null

    /** Sets the header [name], in place of what it was. */
    fun header(name: String, value: String) {
        val at = lines.indexOfFirst { it.first.equals(name, ignoreCase = true) }
        if (at < 0) lines += name to value else lines[at] = name to value
    }

    private companion object {
        const val INITIAL_HEADERS = 10
    }
}

/** @property contentType null if the engine is to name none */
internal class EngineBody(
    val bytes: ByteArray,
    val contentType: String?,
)

/** An answer, whose headers are here and whose body is to come. */
internal interface EngineAnswer {
    val status: Int
    val headers: Headers

    /** Waits for bytes of the body and reads up to [count] of them into [into] from [from] on; returns how many there were, -1 at the end. */
    suspend fun read(into: ByteArray, from: Int, count: Int): Int

    /** Why the body ended, if it broke off and [read] said only that it ended. */
    val failure: Throwable?

    /** The whole body, if the engine has it already and nothing of it was read: the array is the caller's. Else null. */
    fun takeWhole(): ByteArray?

    /** Closes the connection, unless the body was read to its end. */
    fun abandon()
}
