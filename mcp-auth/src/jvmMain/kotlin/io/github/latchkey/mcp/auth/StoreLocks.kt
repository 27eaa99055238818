package io.github.latchkey.mcp.auth

import kotlinx.coroutines.delay
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import java.io.IOException
import java.nio.channels.FileLock
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeSource

/**
 * The locks of one store. The operating system's tell processes apart and nothing smaller, so within this process there is a [Mutex] in front of each;
 * all stores of one file share them. To be used on threads that may block.
 */
internal class StoreLocks private constructor(
    private val file: LockFile,
) {
    private val mutexes = ConcurrentHashMap<Long, Mutex>()

    /**
     * Runs [block] while nobody else, here or in another process, has [slot]. If the lock cannot be had, throws what [failed] makes of the reason:
     * null if another process does not let go within [limit].
     */
    suspend fun <T> withLock(slot: Long, limit: Duration, failed: (IOException?) -> TokenStoreException, block: suspend () -> T): T =
        mutexes.computeIfAbsent(slot) { Mutex() }.withLock {
            open(failed)
            try {
                val lock = await(slot, limit, failed)
                try {
                    block()
                } finally {
                    lock.release()
                }
            } finally {
                file.close()
            }
        }

    private fun open(failed: (IOException?) -> TokenStoreException) =
        try {
            file.open()
        } catch (e: IOException) {
            throw failed(e)
        }

    // A blocking wait could only be cancelled by closing the file, and with it all other locks of this process.
    private suspend fun await(slot: Long, limit: Duration, failed: (IOException?) -> TokenStoreException): FileLock {
        val start = TimeSource.Monotonic.markNow()
        var pause = 1.milliseconds
        while (true) {
            tryLock(slot, failed)?.let { return it }
            if (start.elapsedNow() >= limit) throw failed(null)
            delay(pause)
            pause = minOf(pause * 2, MAX_PAUSE)
        }
    }

    private fun tryLock(slot: Long, failed: (IOException?) -> TokenStoreException): FileLock? =
        try {
            file.tryLock(slot)
        } catch (e: IOException) {
            throw failed(e)
        }

    companion object {
        private val MAX_PAUSE = 32.milliseconds
        private val all = ConcurrentHashMap<Path, StoreLocks>()

        /** The locks in [file], the same for each who asks. */
        fun of(file: Path): StoreLocks = all.computeIfAbsent(file) { StoreLocks(LockFile(it)) }
    }
}
