package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProtocolException
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** Follows `nextCursor` to the end (MCP, Pagination), but not for ever (FEAT-73). */
internal object Paging {
    const val MAX_PAGES = 1000

    /** The params of a list request: none for the first page. */
    fun params(cursor: String?): JsonObject = JsonObject(if (cursor == null) emptyMap() else mapOf("cursor" to JsonPrimitive(cursor)))

    suspend fun <P, T> all(
        endpoint: String,
        method: String,
        fetchPage: suspend (cursor: String?) -> P,
        items: (P) -> List<T>,
        nextCursor: (P) -> String?,
    ): List<T> {
        val all = mutableListOf<T>()
        follow(endpoint, method, fetchPage, nextCursor) { all += items(it) }
        return all
    }

    /** The pages one by one, each fetched when it is asked for. */
    fun <P> pages(
        endpoint: String,
        method: String,
        fetchPage: suspend (cursor: String?) -> P,
        nextCursor: (P) -> String?,
    ): Flow<P> = flow { follow(endpoint, method, fetchPage, nextCursor) { emit(it) } }

    private suspend inline fun <P> follow(
        endpoint: String,
        method: String,
        fetchPage: suspend (cursor: String?) -> P,
        nextCursor: (P) -> String?,
        take: (P) -> Unit,
    ) {
        val seen = mutableSetOf<String>()
        var cursor: String? = null
        repeat(MAX_PAGES) {
            val page = fetchPage(cursor)
            take(page)
            // An empty string is a cursor like any other (FEAT-72).
            val next = nextCursor(page) ?: return
            if (!seen.add(next)) throw endless(endpoint, "$method repeats a cursor")
            cursor = next
        }
        throw endless(endpoint, "$method has more than $MAX_PAGES pages")
    }

    private fun endless(endpoint: String, what: String) =
        ProtocolException(
            "$what at $endpoint",
            FailureDetails(Phase.REQUEST, endpoint, "fetch single pages instead, or report this to whoever runs the server"),
        )
}
