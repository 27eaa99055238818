package io.github.latchkey.mcp.http.internal

import io.ktor.http.Headers
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.suspendCancellableCoroutine
import okhttp3.Call
import okhttp3.Callback
import okhttp3.Response
import okio.BufferedSource
import java.io.IOException
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/**
 * One call of OkHttp, and its answer. A thread of the engine waits for the answer and reads the body ahead of the coroutine that takes
 * it, so that a short answer costs two hand-offs between threads: there and back.
 *
 * @param request what is sent
 */
internal class OkHttpExchange(
    private val call: Call,
    private val request: EngineRequest,
) : Callback,
    EngineAnswer {
    private val lock = ReentrantLock()
    private val hasRoom = lock.newCondition()

    // All below is guarded by lock, but for the body before anybody else knows of this.
    private val arrived = ByteQueue(MAX_AHEAD_BYTES + EngineThread.PIECE_BYTES)
    private var whole: ByteArray? = null
    private var isEnded = false
    private var broken: IOException? = null
    private var isAbandoned = false
    private var reader: CancellableContinuation<Unit>? = null

    private lateinit var starting: CancellableContinuation<EngineAnswer>
    private lateinit var response: Response

    override val status: Int get() = response.code
    override val headers: Headers by lazy(LazyThreadSafetyMode.NONE) { OkHttpHeaders(response.headers) }
    override val failure: Throwable? get() = lock.withLock { broken }

    /** Sends the request; returns when the headers of its answer are here. */
    suspend fun start(): EngineAnswer =
        suspendCancellableCoroutine { continuation ->
            starting = continuation
            continuation.invokeOnCancellation { abandon() }
            call.enqueue(this)
        }

    /** Ends what works for this, if anything does. */
    fun end() {
        if (!lock.withLock { isEnded }) abandon()
    }

    override fun onFailure(call: Call, e: IOException) {
        starting.resumeWithException(e)
    }

    override fun onResponse(call: Call, response: Response) {
        this.response = response
        response.use { readBody(it) }
    }

    override suspend fun read(into: ByteArray, from: Int, count: Int): Int {
        while (true) {
            val taken = lock.withLock { take(into, from, count) }
            if (taken != 0) return taken
            suspendCancellableCoroutine { continuation ->
                lock.withLock { if (mayTake()) continuation.resume(Unit) else reader = continuation }
            }
        }
    }

    override fun takeWhole(): ByteArray? = lock.withLock { whole?.also { whole = null } }

    override fun abandon() {
        lock.withLock {
            if (isEnded) return
            isAbandoned = true
            hasRoom.signal()
        }
        call.cancel()
    }

    /** On a thread of the engine. */
    private fun readBody(response: Response) {
        request.onBytes()
        val source = response.body.source()
        val length = response.body.contentLength()
        if (isUsedWhole(response, length)) {
            readWhole(source, length.toInt())
            starting.resume(this)
        } else {
            BodyReader(source).readTo(length)
        }
    }

    /** What can only be used whole need not be waited for in pieces. A refusal is told by its status, whatever its body does. */
    private fun isUsedWhole(response: Response, length: Long): Boolean =
        length == 0L || (response.isSuccessful && length in 0..request.maxWholeBytes && isJson(response))

    private fun isJson(response: Response) = mediaType(response.header("Content-Type")) == "application/json"

    private fun readWhole(source: BufferedSource, length: Int) {
        val bytes = ByteArray(length)
        var size = 0
        try {
            while (size < length) {
                val count = source.read(bytes, size, length - size)
                if (count < 0) break
                size += count
                request.onBytes()
            }
            // Only who reads to the end leaves the connection to the next request.
            if (size == length) source.exhausted()
        } catch (e: IOException) {
            if (size == 0) broken = e
        }
        if (size == length) whole = bytes else arrived.add(bytes, 0, size)
        isEnded = true
    }

    /**
     * Reads what is used as it comes. What it has read is handed over before it waits for more, the headers with it: so what came in one
     * go costs one hand-off, however many pieces it consists of.
     */
    private inner class BodyReader(
        private val source: BufferedSource,
    ) : Runnable {
        private val thread = EngineThread.current()
        private val piece = thread.piece()

        // What it holds, and has not handed over.
        private var from = 0
        private var to = 0
        private var isStarted = false
        private var hasBegun = false

        /** @param length how many bytes there are; negative if that is not known */
        fun readTo(length: Long) {
            thread.beforeWaiting(this)
            val failure =
                try {
                    readAll(length)
                    null
                } catch (e: IOException) {
                    e
                } finally {
                    thread.beforeWaiting(null)
                }
            finish(failure)
        }

        /** With the last of a known length the body has ended, and its connection is free for the next request. */
        private fun readAll(length: Long) {
            var rest = length
            while (rest != 0L) {
                if (to == piece.size || !thread.hasRead()) run()
                if (from == to) reset()
                // Which may run this on the way, so that what is there now is there no more.
                val count = source.read(piece, to, piece.size - to)
                if (count < 0) return
                to += count
                rest -= count
            }
        }

        /** Hands over what was read, and waits for room for it. */
        override fun run() {
            if (to > from) request.onBytes()
            lock.withLock {
                while (arrived.size >= MAX_AHEAD_BYTES && !isAbandoned) hasRoom.awaitUninterruptibly()
                takeHeld()
            }?.resume(Unit)
            start()
        }

        /**
         * A body that breaks off ends like any other, as what came before may be a whole message: whether it is one is checked where it is
         * read. Only one that breaks off before its first byte has nothing to lose, and must not look empty.
         */
        private fun finish(failure: IOException?) {
            if (to > from) request.onBytes()
            lock.withLock {
                val reader = takeHeld()
                if (!hasBegun) broken = failure
                isEnded = true
                reader ?: takeReader()
            }?.resume(Unit)
            start()
        }

        /** Returns who waits for it. */
        private fun takeHeld(): CancellableContinuation<Unit>? {
            if (from == to) return null
            arrived.add(piece, from, to)
            from = to
            hasBegun = true
            return takeReader()
        }

        private fun reset() {
            from = 0
            to = 0
        }

        private fun start() {
            if (!isStarted) starting.resume(this@OkHttpExchange)
            isStarted = true
        }
    }

    private fun takeReader() = reader?.also { reader = null }

    private fun mayTake() = isEnded || arrived.size > 0

    /** How many bytes there were: 0 for none yet, -1 at the end. */
    private fun take(into: ByteArray, from: Int, count: Int): Int {
        whole?.let {
            arrived.add(it, 0, it.size)
            whole = null
        }
        if (arrived.size > 0) {
            val taken = arrived.take(into, from, count)
            hasRoom.signal()
            return taken
        }
        broken?.let { throw it }
        return if (isEnded) -1 else 0
    }

    private companion object {
        const val MAX_AHEAD_BYTES = 64 * 1024
    }
}

/** OkHttp's headers, as Ktor's. Of several lines of one name Ktor takes the first. */
private class OkHttpHeaders(
    private val headers: okhttp3.Headers,
) : Headers {
    override val caseInsensitiveName: Boolean get() = true

    override fun get(name: String): String? {
        for (i in 0 until headers.size) if (headers.name(i).equals(name, ignoreCase = true)) return headers.value(i)
        return null
    }

    override fun getAll(name: String): List<String>? = headers.values(name).takeIf { it.isNotEmpty() }

    override fun names(): Set<String> = headers.names()

    override fun entries(): Set<Map.Entry<String, List<String>>> = headers.toMultimap().entries

    override fun isEmpty(): Boolean = headers.size == 0
}
