package io.github.latchkey.mcp.internal

import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.time.Duration

/** As [withTimeoutOrNull], but without a timer, which wakes a thread, for a [block] that ends without waiting for anything. */
internal suspend fun <T : Any> withinTime(limit: Duration, block: suspend () -> T): T? =
    coroutineScope {
        val running = async(start = CoroutineStart.UNDISPATCHED) { block() }
        if (running.isActive) withTimeoutOrNull(limit) { running.join() } ?: running.cancel()
        running.takeUnless { it.isCancelled }?.await()
    }
