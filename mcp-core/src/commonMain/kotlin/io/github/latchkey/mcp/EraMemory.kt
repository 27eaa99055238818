package io.github.latchkey.mcp

import kotlin.concurrent.atomics.AtomicReference
import kotlin.concurrent.atomics.ExperimentalAtomicApi
import kotlin.concurrent.atomics.update

/**
 * Remembers which endpoints begin with `initialize`, so that the next connect does not try `server/discover` there in vain
 * (MCP 2026-07-28, Versioning, Backward Compatibility). Holds at most [MAX_ENDPOINTS], the oldest are forgotten first. Thread-safe.
 */
@OptIn(ExperimentalAtomicApi::class)
public class EraMemory {
    private val sessionEra = AtomicReference<Set<String>>(emptySet())

    /** Whether [endpoint] was last seen to want `initialize`. */
    public fun isSessionEra(endpoint: String): Boolean = endpoint in sessionEra.load()

    internal fun remember(endpoint: String) = sessionEra.update { (it + endpoint).toList().takeLast(MAX_ENDPOINTS).toSet() }

    internal fun forget(endpoint: String) = sessionEra.update { it - endpoint }

    public companion object {
        public const val MAX_ENDPOINTS: Int = 1000

        /** The memory that [ClientOptions] use unless told otherwise. */
        internal val PROCESS = EraMemory()
    }
}
