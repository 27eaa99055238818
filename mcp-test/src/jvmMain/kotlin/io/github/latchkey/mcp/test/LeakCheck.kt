package io.github.latchkey.mcp.test

import kotlinx.coroutines.delay
import java.io.IOException
import java.nio.file.DirectoryStream
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.Paths

/**
 * Compares the threads and sockets of this process with what they were at a moment before.
 *
 * Threads count as left over if they are new and alive, and either hold the JVM (no daemons) or bear a name of Latchkey,
 * Ktor or OkHttp. The shared workers of coroutines and of the common pool do not count: they end when they have been idle.
 * Sockets are counted where there is `/proc` (Linux), and elsewhere not.
 */
public class LeakCheck private constructor(private val threads: Set<Thread>, private val sockets: Set<String>) {
    /**
     * Throws `AssertionError` with names and addresses if something is left after [timeoutMillis].
     * Looks again until then, in real time and on the calling thread, as the last things go a little after their owner.
     */
    @JvmOverloads
    public fun assertNothingLeft(timeoutMillis: Long = 2_000) {
        val deadline = System.nanoTime() + timeoutMillis * NANOS_PER_MILLI
        var left = findLeft()
        holdingTheThread {
            while (left.isNotEmpty() && System.nanoTime() < deadline) {
                delay(POLL_MILLIS)
                left = findLeft()
            }
        }
        if (left.isNotEmpty()) throw AssertionError(left.joinToString("\n", prefix = "left after $timeoutMillis ms:\n"))
    }

    /** What is there now and was not at the snapshot, a line for each; empty if nothing is. */
    public fun findLeft(): List<String> {
        val newThreads = (liveThreads() - threads).filter(::countsAsLeft).map { "thread ${it.name}${topFrame(it)}" }
        val newSockets = openSockets() - sockets
        val addresses = if (newSockets.isEmpty()) emptyMap() else socketAddresses()
        return (newThreads + newSockets.map { "socket ${addresses[it] ?: it}" }).sorted()
    }

    public companion object {
        /** What is there now. */
        @JvmStatic
        public fun snapshot(): LeakCheck = LeakCheck(liveThreads(), openSockets())

        private const val POLL_MILLIS = 10L
        private const val NANOS_PER_MILLI = 1_000_000L
    }
}

private val OWN_NAMES = listOf("latchkey", "ktor", "okhttp", "okio", "eventloopgroup")
private val SHARED_NAMES = listOf("DefaultDispatcher-worker", "ForkJoinPool.commonPool", "kotlinx.coroutines.DefaultExecutor")

private fun liveThreads(): Set<Thread> = Thread.getAllStackTraces().keys

private fun countsAsLeft(thread: Thread): Boolean =
    thread.isAlive &&
        SHARED_NAMES.none { thread.name.startsWith(it) } &&
        (!thread.isDaemon || OWN_NAMES.any { thread.name.contains(it, ignoreCase = true) })

private fun topFrame(thread: Thread): String = thread.stackTrace.firstOrNull()?.let { " at $it" }.orEmpty()

/** The open sockets as `/proc` names them, except those within the machine's kernel that the JDK keeps for itself. */
private fun openSockets(): Set<String> {
    val descriptors = Paths.get("/proc/self/fd")
    if (!Files.isDirectory(descriptors)) return emptySet()
    val open = Files.newDirectoryStream(descriptors).use { entries: DirectoryStream<Path> -> entries.mapNotNull(::socketName).toSet() }
    return open - unixSockets()
}

private fun socketName(descriptor: Path): String? =
    try {
        Files.readSymbolicLink(descriptor).toString().takeIf { it.startsWith("socket:") }
    } catch (_: IOException) {
        null // closed meanwhile
    }

private fun unixSockets(): Set<String> = table("/proc/self/net/unix").mapNotNull { it.getOrNull(UNIX_INODE)?.let(::named) }.toSet()

/** `local -> remote state` of the TCP sockets, by name. */
private fun socketAddresses(): Map<String, String> =
    (table("/proc/self/net/tcp") + table("/proc/self/net/tcp6"))
        .filter { it.size > TCP_INODE }
        .associate { named(it[TCP_INODE]) to "port ${portOf(it[1])} -> port ${portOf(it[2])} state ${it[3]}" }

private fun table(file: String): List<List<String>> =
    try {
        Files.readAllLines(Paths.get(file)).drop(1).map { it.trim().split(Regex("\\s+")) }
    } catch (_: IOException) {
        emptyList()
    }

private fun named(inode: String): String = "socket:[$inode]"

private fun portOf(address: String): Int = address.substringAfterLast(':').toIntOrNull(radix = 16) ?: 0

private const val UNIX_INODE = 6
private const val TCP_INODE = 9
