package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.auth.internal.store.EndpointOfUser
import io.github.latchkey.mcp.auth.internal.store.TokenRecords
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.withContext
import java.io.IOException
import java.nio.file.Path
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * Keeps everything in one file that only its owner can read, encrypted if there is a key. Any number of processes and of stores in a process may share it:
 * a refresh token is used once, whoever uses it. Each change replaces the file at once and is on the disk before it is used, so a process or a machine
 * that stops leaves the file as it was before or after; room is taken before a refresh token is spent. Beside the file there is one with `.lock` at its
 * end, which stays.
 *
 * A file that cannot be trusted or understood is a [TokenStoreException], and is left as it is. Owners are checked where the file system has those of POSIX.
 * Not for file systems without locks between machines, as some network file systems are. The format is described in ADR 6.
 */
public class FileTokenStore internal constructor(
    file: Path,
    key: TokenStoreKey?,
    disk: Disk,
    private val lockLimit: Duration,
) : TokenStore {
    /** Keeps it in [file], which is made when it is needed, as is its folder; with [key], encrypted. */
    @JvmOverloads
    public constructor(file: Path, key: TokenStoreKey? = null) : this(file, key, Disk.SYSTEM, LOCK_LIMIT)

    private val file = TokenFile(file, disk)
    private val format = TokenFileFormat(this.file, key)

    override suspend fun findGrantKey(endpoint: String, user: String?): GrantKey? = read().grantKeys[EndpointOfUser(endpoint, user)]

    override suspend fun saveGrantKey(endpoint: String, key: GrantKey): Unit =
        update { it.withGrantKey(EndpointOfUser(endpoint, key.user), key) }

    override suspend fun removeGrantKey(endpoint: String, user: String?): Unit =
        update { it.withGrantKey(EndpointOfUser(endpoint, user), null) }

    override suspend fun findGrant(key: GrantKey): Grant? = read().grants[key]

    override suspend fun updateGrant(key: GrantKey, change: suspend (Grant?) -> Grant?): Grant? {
        val slot = slotOf(key)
        return withLock(slot) {
            withContext(NonCancellable) {
                reserved(slot) { replacement ->
                    val present = load().grants[key]
                    val changed = change(present)
                    if (changed !== present) withLock(WHOLE_FILE) { store(load().withGrant(key, changed), replacement) }
                    changed
                }
            }
        }
    }

    override suspend fun findRegistration(issuer: String): ClientRegistration? = read().registrations[issuer]

    override suspend fun saveRegistration(registration: ClientRegistration): Unit = update { it.withRegistration(registration) }

    override suspend fun removeRegistration(registration: ClientRegistration): Unit = update { it.withoutRegistration(registration) }

    // Replaced at once, the file can be read at any time without a lock.
    private suspend fun read(): TokenRecords = withContext(Dispatchers.IO) { load() }

    private suspend fun update(change: (TokenRecords) -> TokenRecords) =
        withLock(WHOLE_FILE) {
            val present = load()
            val changed = change(present)
            if (changed !== present) reserved(WHOLE_FILE) { store(changed, it) }
        }

    private suspend fun <T> withLock(slot: Long, block: suspend () -> T): T =
        withContext(Dispatchers.IO) { locks().withLock(slot, lockLimit, ::notLocked, block) }

    private inline fun <T> reserved(slot: Long, block: (Replacement) -> T): T {
        val replacement = file.reserve(slot)
        try {
            return block(replacement)
        } finally {
            TokenFile.discard(replacement)
        }
    }

    private fun load(): TokenRecords = file.read()?.let(format::decode) ?: TokenRecords()

    private fun store(records: TokenRecords, replacement: Replacement) = file.replace(format.encode(records), replacement)

    // By where the folder really is: two ways to it lead to one lock.
    private fun locks(): StoreLocks =
        try {
            val folder = OwnerOnly.parent(file.path())
            OwnerOnly.createFolder(folder)
            StoreLocks.of(folder.toRealPath().resolve("${file.path().fileName}.lock"))
        } catch (e: IOException) {
            throw notLocked(e)
        }

    private fun notLocked(reason: IOException?): TokenStoreException {
        if (reason != null) return file.failed("be locked", reason)
        return file.failure(
            TokenStoreProblem.LOCKED,
            "is held by another process for more than $lockLimit",
            "end that process, or try again",
        )
    }

    override fun toString(): String = "FileTokenStore(${file.path()})"

    private companion object {
        /** Longer than a refresh can last: metadata and a token, each with its own deadline. */
        val LOCK_LIMIT = 90.seconds

        /** The lock for replacing the file; held for moments. */
        const val WHOLE_FILE = 0L

        /** The lock of one grant, held while it is refreshed. Two grants may share one: then one waits for the other. */
        fun slotOf(key: GrantKey): Long = 1L + (key.hashCode().toLong() and 0xFFFF)
    }
}
