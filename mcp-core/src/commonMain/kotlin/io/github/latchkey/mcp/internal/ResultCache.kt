package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.CacheableResult
import io.github.latchkey.mcp.ServerNotification
import kotlin.concurrent.atomics.AtomicReference
import kotlin.concurrent.atomics.ExperimentalAtomicApi
import kotlin.concurrent.atomics.update
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeMark
import kotlin.time.TimeSource

/**
 * The results of one session that are fresh (STL-75 to STL-82). A result that is private belongs to the identity it was fetched for. A
 * notification makes what it is about stale, also what is being fetched while it comes.
 */
@OptIn(ExperimentalAtomicApi::class)
internal class ResultCache(
    private val timeSource: TimeSource,
) {
    /** What was asked: [params] as JSON, without `_meta`. */
    data class Question(
        val method: String,
        val params: String,
        val uri: String?,
    )

    private data class Key(
        val question: Question,
        val identity: String?,
        val isPublic: Boolean,
    )

    private class Entry(
        val result: CacheableResult,
        val size: Int,
        val staleAt: TimeMark,
    )

    /** [changes] counts what has been forgotten, so that a result from before is not kept after. */
    private class State(
        val entries: Map<Key, Entry>,
        val changes: Long,
    )

    private val state = AtomicReference(State(emptyMap(), 0))

    /** To be asked before a result is fetched, and given to [keep] with it. */
    val changes: Long get() = state.load().changes

    fun find(question: Question, identity: String?): CacheableResult? {
        val entries = state.load().entries
        if (entries.isEmpty()) return null
        val entry = entries[Key(question, null, isPublic = true)] ?: entries[Key(question, identity, isPublic = false)]
        return entry?.takeIf { it.staleAt.hasNotPassedNow() }?.result
    }

    /** Keeps [result], of [size] characters, if the server allows it and nothing has changed since [changesBefore]. */
    fun keep(question: Question, identity: String?, result: CacheableResult, size: Int, changesBefore: Long) {
        val ttl = result.ttlMs ?: return
        if (ttl <= 0 || size > MAX_CHARACTERS / 4) return
        val isPublic = result.cacheScope == "public"
        val key = Key(question, identity.takeUnless { isPublic }, isPublic)
        val entry = Entry(result, size, timeSource.markNow() + minOf(ttl, LONGEST_TTL_MILLIS).milliseconds)
        state.update {
            if (it.changes != changesBefore) it else State(bounded(it.entries - key + (key to entry)), it.changes)
        }
    }

    /** The oldest go first; the map keeps the order in which they came. */
    private fun bounded(entries: Map<Key, Entry>): Map<Key, Entry> {
        var left = entries.values.sumOf { it.size.toLong() }
        var count = entries.size
        if (left <= MAX_CHARACTERS && count <= MAX_ENTRIES) return entries
        return entries.filterValues { entry ->
            val stays = left <= MAX_CHARACTERS && count <= MAX_ENTRIES
            if (!stays) {
                left -= entry.size
                count--
            }
            stays
        }
    }

    fun told(notification: ServerNotification) {
        when (notification) {
            is ServerNotification.ToolsChanged -> forget("tools/list")

            is ServerNotification.PromptsChanged -> forget("prompts/list")

            is ServerNotification.ResourcesChanged -> {
                forget("resources/list")
                forget("resources/templates/list")
            }

            // It may be a part of a resource that is kept.
            is ServerNotification.ResourceUpdated ->
                forget { it.method == "resources/read" && it.uri != null && notification.uri.startsWith(it.uri) }

            // Changes before it were not told.
            is ServerNotification.Subscribed -> clear()

            else -> {}
        }
    }

    fun forget(method: String): Unit = forget { it.method == method }

    fun clear(): Unit = state.update { State(emptyMap(), it.changes + 1) }

    private fun forget(isStale: (Question) -> Boolean) = state.update {
        State(
            it.entries.filterKeys { key -> !isStale(key.question) },
            it.changes + 1,
        )
    }

    private companion object {
        const val MAX_ENTRIES = 256
        const val MAX_CHARACTERS = 8 * 1024 * 1024
        const val LONGEST_TTL_MILLIS = 24 * 60 * 60 * 1000L
    }
}
