package io.github.latchkey.mcp.benchmarks.compare

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/** A client for coroutines: one call at a time in `runBlocking`, several in as many coroutines of the default dispatcher. */
abstract class SuspendingClient : Client {
    protected abstract suspend fun connect(url: String)

    protected abstract suspend fun request(kind: Kind): Long

    protected abstract suspend fun end()

    override fun open(url: String): Unit = runBlocking { connect(url) }

    override fun call(kind: Kind): Long = runBlocking { request(kind) }

    override fun close(): Unit = runBlocking { end() }

    override fun run(kind: Kind, inFlight: Int, work: Work): Unit =
        runBlocking {
            if (inFlight == 1) requestWhile(kind, work) else repeat(inFlight) { launch(Dispatchers.Default) { requestWhile(kind, work) } }
        }

    @Suppress("TooGenericExceptionCaught") // Whatever a client throws is counted.
    private suspend fun requestWhile(kind: Kind, work: Work) {
        while (work.more()) {
            val start = System.nanoTime()
            try {
                work.took(start, request(kind), kind)
            } catch (e: CancellationException) {
                throw e
            } catch (e: Exception) {
                work.failed(e)
            }
        }
    }
}
