package io.github.latchkey.mcp.test

import java.io.ByteArrayOutputStream
import java.io.IOException
import java.net.Socket
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock

/**
 * One connection of a [RawServer], for the script that serves it.
 *
 * Bytes are read in the background as they come, so the end of the client's side is known at once.
 *
 * @property number 1 for the first connection of the server, 2 for the next.
 */
public class RawConnection internal constructor(
    private val socket: Socket,
    public val number: Int,
    private val received: Recording<RecordedRequest>,
    private val onOver: () -> Unit,
) {
    private val lock = ReentrantLock() // guards input and hasEnded
    private val changed = lock.newCondition()
    private val input = ByteArrayOutputStream()
    private var hasEnded = false

    // What the script's thread, and no other, has seen of the input, and how much of that it has used.
    private var seen = ByteArray(0)
    private var position = 0

    private val isOver = AtomicBoolean()

    /** What the script threw, other than for the end of its connection. */
    @Volatile
    internal var failure: Throwable? = null
        private set

    /** True once the client has closed its side, or reset the connection. */
    public val isClientClosed: Boolean get() = lock.withLock { hasEnded }

    /**
     * Reads one request with its body, by `Content-Length` or chunks, and waits for it as long as it takes; null when the
     * client closes the connection before it is whole.
     */
    public fun readRequest(): RecordedRequest? = parseRawRequest(::nextByte)?.also(received::add)

    /** Sends [text] as UTF-8, exactly as it is. */
    @Throws(IOException::class)
    public fun sendRaw(text: String): Unit = sendBytes(text.toByteArray())

    /** Sends [bytes]. */
    @Throws(IOException::class)
    public fun sendBytes(bytes: ByteArray): Unit =
        socket.getOutputStream().run {
            write(bytes)
            flush()
        }

    /** Sends a whole HTTP answer with `Content-Length`. */
    @JvmOverloads
    @Throws(IOException::class)
    public fun sendAnswer(status: Int, headers: Map<String, String> = emptyMap(), body: String = "") {
        val fields = headers + ("Content-Length" to body.toByteArray().size.toString())
        sendRaw("HTTP/1.1 $status Scripted\r\n" + fields.entries.joinToString("") { "${it.key}: ${it.value}\r\n" } + "\r\n" + body)
    }

    /** Sends the head of a chunked answer; [sendChunk] sends its body. */
    @JvmOverloads
    @Throws(IOException::class)
    public fun startChunked(status: Int = 200, contentType: String = "text/event-stream"): Unit =
        sendRaw("HTTP/1.1 $status Scripted\r\nContent-Type: $contentType\r\nTransfer-Encoding: chunked\r\n\r\n")

    /** Sends one chunk; an empty [text] is the last one. */
    @Throws(IOException::class)
    public fun sendChunk(text: String): Unit = sendRaw("${text.toByteArray().size.toString(16)}\r\n$text\r\n")

    /** Waits [millis], or until the client closes its side if that is sooner. */
    public fun pause(millis: Long) {
        awaitEnd(millis)
    }

    /** Waits until the client closes its side, for as long as it takes. */
    public fun awaitClientClosed() {
        awaitEnd(Long.MAX_VALUE / NANOS_PER_MILLI)
    }

    /** Ends our side of the connection and leaves the client's open. */
    @Throws(IOException::class)
    public fun halfClose(): Unit = socket.shutdownOutput()

    /** Resets the connection: the client sees an error instead of an end. */
    public fun reset() {
        try {
            socket.setSoLinger(true, 0)
        } catch (_: IOException) {
            // closed already
        }
        close()
    }

    /** Closes the connection. */
    public fun close() {
        try {
            socket.close()
        } catch (_: IOException) {
            // it is closed as far as we are concerned
        }
        over()
    }

    internal fun start(script: RawScript) {
        rawThread("read-${socket.localPort}-$number") { readAll() }
        rawThread("script-${socket.localPort}-$number") { run(script) }
    }

    private fun run(script: RawScript) {
        try {
            script.serve(this)
        } catch (_: IOException) {
            // the client is gone, or close() was called
        } catch (e: Throwable) { // nobody else could report it
            failure = e
        } finally {
            close()
        }
    }

    private fun readAll() {
        val buffer = ByteArray(BUFFER_BYTES)
        try {
            val stream = socket.getInputStream()
            while (true) {
                val count = stream.read(buffer)
                if (count < 0) break
                lock.withLock {
                    input.write(buffer, 0, count)
                    changed.signalAll()
                }
            }
        } catch (_: IOException) {
            // reset by the client, or closed by us: the end all the same
        } finally {
            over()
        }
    }

    private fun over() {
        lock.withLock {
            hasEnded = true
            changed.signalAll()
        }
        if (isOver.compareAndSet(false, true)) onOver()
    }

    /** The next byte, or -1 at the end. */
    private fun nextByte(): Int {
        if (position == seen.size) {
            lock.withLock {
                while (input.size() == position && !hasEnded) changed.await()
                seen = input.toByteArray()
            }
        }
        return if (position == seen.size) -1 else seen[position++].toInt() and 0xff
    }

    private fun awaitEnd(millis: Long) {
        var nanos = millis * NANOS_PER_MILLI
        lock.withLock { while (!hasEnded && nanos > 0) nanos = changed.awaitNanos(nanos) }
    }

    private companion object {
        const val BUFFER_BYTES = 8_192
        const val NANOS_PER_MILLI = 1_000_000L
    }
}
