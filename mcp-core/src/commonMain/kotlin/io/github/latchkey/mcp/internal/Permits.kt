package io.github.latchkey.mcp.internal

import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withPermit
import kotlinx.coroutines.withContext
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext

/** Lets so many requests of a session run at once, and has the others wait; any number if `max` is null. */
internal class Permits(
    max: Int?,
) {
    private val semaphore = max?.let { Semaphore(it) }

    /** Runs [request] when it may. What a handler asks while a request waits for it must not wait for that request. */
    suspend fun <T> use(request: suspend () -> T): T {
        if (semaphore == null || currentCoroutineContext()[InRequest] != null) return request()
        return semaphore.withPermit { withContext(InRequest()) { request() } }
    }
}

/** In the context of whatever a request of the session may be waiting for. */
internal class InRequest : AbstractCoroutineContextElement(InRequest) {
    companion object Key : CoroutineContext.Key<InRequest>
}
