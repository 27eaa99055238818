@file:Suppress("ForbiddenImport", "ForbiddenMethodCall")

package io.github.latchkey.mcp.test

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.runBlocking

/**
 * Runs [block] on the calling thread and returns when it is done. The library proper blocks no thread; a test in Java is a
 * thread that waits anyway, and reads better for it. The one place where the kit does this.
 */
internal fun <T> holdingTheThread(block: suspend CoroutineScope.() -> T): T = runBlocking { block() }
