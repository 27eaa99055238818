package io.github.latchkey.mcp.http.internal

import io.ktor.http.Headers
import io.ktor.http.HttpHeaders

/** Undoes a content coding (RFC 9110 §8.4) piece by piece, without waiting. Not thread-safe. */
internal interface ContentDecoder : AutoCloseable {
    /** Whether what it was fed is whole. */
    val isComplete: Boolean

    /** Takes the first [count] of [bytes], which stay as they are until they are used up. Call it when [decode] gave 0. */
    fun feed(bytes: ByteArray, count: Int)

    /**
     * Writes decoded bytes into [into] from [from] on. Returns how many, or 0 if it has to be fed first. Throws
     * [BrokenContentException].
     */
    fun decode(into: ByteArray, from: Int): Int

    /** Frees what it holds outside of the heap. */
    override fun close()
}

/** The content is not what its coding says. */
internal class BrokenContentException(
    message: String,
    cause: Throwable? = null,
) : RuntimeException(message, cause)

/** The coding that was asked for, and the only one that is undone. */
internal const val ACCEPTED_ENCODING = "gzip"

/** Whether the body is encoded: null if it is not, else how. `x-gzip` is `gzip` (RFC 9110 §8.4.1.3). */
internal fun contentEncoding(headers: Headers): String? {
    val codings =
        headers
            .getAll(HttpHeaders.ContentEncoding)
            .orEmpty()
            .flatMap { it.split(',') }
            .map { it.trim().lowercase() }
            .filter { it.isNotEmpty() && it != "identity" }
    if (codings.isEmpty()) return null
    return codings.joinToString(", ").let { if (it == "x-gzip") ACCEPTED_ENCODING else it }
}
