package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.ErrorCode
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield
import java.nio.channels.FileChannel
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardOpenOption
import java.nio.file.attribute.PosixFilePermissions
import kotlin.io.path.createSymbolicLinkPointingTo
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readBytes
import kotlin.io.path.readText
import kotlin.io.path.setPosixFilePermissions
import kotlin.io.path.writeBytes
import kotlin.io.path.writeText
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Instant

/** Folder, file and disk are real; only the disk that is full is not. */
class FileTokenStoreTest : FunSpec({
    val key = GrantKey("https://as.example", "client", "https://mcp.example/mcp", "ann")
    val storeKey = TokenStoreKey.of(ByteArray(32) { it.toByte() })
    val registration =
        ClientRegistration(
            "https://as.example",
            "client",
            ClientSecret("cl13nt"),
            Instant.fromEpochSeconds(5),
            "none",
            listOf("http://127.0.0.1/"),
        )

    fun grant(name: String = "1") =
        Grant(
            AccessToken("access-$name", Instant.fromEpochSeconds(3600, 7)),
            RefreshToken("refresh-$name"),
            listOf("a", "b"),
            listOf("a"),
            Instant.fromEpochSeconds(0),
            "thumbprint-$name",
        )

    fun newFile(): Path = tempdir().toPath().toRealPath().resolve("state/latchkey/tokens.json")

    fun permissions(path: Path) = PosixFilePermissions.toString(Files.getPosixFilePermissions(path))

    fun facts(grant: Grant?) =
        grant?.run {
            listOf(accessToken.value, accessToken.expiresAt, refreshToken?.value, requestedScopes, grantedScopes, obtainedAt, keyThumbprint)
        }

    context("what is stored is there for the next one") {
        withData(nameFn = { if (it == null) "in plain text" else "encrypted" }, null, storeKey) { secret ->
            val file = newFile()
            FileTokenStore(file, secret).run {
                updateGrant(key) { grant() }
                saveGrantKey("https://mcp.example/mcp", key)
                saveRegistration(registration)
            }
            val next = FileTokenStore(file, secret)
            facts(next.findGrant(key)) shouldBe facts(grant())
            next.findGrantKey("https://mcp.example/mcp", "ann") shouldBe key
            next.findGrantKey("https://mcp.example/mcp", null).shouldBeNull()
            next.findRegistration("https://as.example").shouldNotBeNull().run {
                listOf(clientId, clientSecret?.value, clientSecretExpiresAt, tokenEndpointAuthMethod, redirectUris) shouldBe
                    listOf("client", "cl13nt", Instant.fromEpochSeconds(5), "none", listOf("http://127.0.0.1/"))
            }
        }
    }

    test("what is removed is gone") {
        val store = FileTokenStore(newFile())
        store.updateGrant(key) { grant() }
        store.saveGrantKey("https://mcp.example/mcp", key)
        store.saveRegistration(registration)
        SignIns(store).remove("https://mcp.example/mcp", "ann")?.key shouldBe key
        store.removeRegistration(registration)
        listOf(
            store.findGrant(key),
            store.findGrantKey("https://mcp.example/mcp", "ann"),
            store.findRegistration(registration.issuer),
        ) shouldBe
            listOf(null, null, null)
    }

    test("a registration that has been replaced is not removed") {
        val store = FileTokenStore(newFile())
        store.saveRegistration(ClientRegistration(registration.issuer, "newer", null, null, null, emptyList()))
        store.removeRegistration(registration)
        store.findRegistration(registration.issuer)?.clientId shouldBe "newer"
    }

    test("nobody else can read it, and nothing lies around (AUTH-83)") {
        val file = newFile()
        FileTokenStore(file).updateGrant(key) { grant() }
        permissions(file) shouldBe "rw-------"
        permissions(file.parent) shouldBe "rwx------"
        file.parent.listDirectoryEntries().map { it.name } shouldContainExactlyInAnyOrder listOf("tokens.json", "tokens.json.lock")
        permissions(file.resolveSibling("tokens.json.lock")) shouldBe "rw-------"
    }

    test("an encrypted one shows no secret, and never the same bytes twice") {
        val file = newFile()
        val store = FileTokenStore(file, storeKey)
        store.saveRegistration(registration)
        store.updateGrant(key) { grant() }
        val first = file.readText()
        listOf("access-1", "refresh-1", "cl13nt", "as.example", "ann").forEach { first shouldNotContain it }
        store.updateGrant(key) { grant() }
        file.readText() shouldNotBe first
        storeKey.toString() shouldContain storeKey.id()
    }

    context("what cannot be used is refused and left as it is") {
        class Case(val name: String, val problem: TokenStoreProblem, val secret: TokenStoreKey? = null, val arrange: suspend (Path) -> Unit)

        suspend fun write(file: Path, secret: TokenStoreKey? = null) {
            FileTokenStore(file, secret).updateGrant(key) { grant() }
        }

        fun change(file: Path, change: (String) -> String) = file.writeText(change(file.readText()))
        val otherKey = TokenStoreKey.of(ByteArray(32))
        withData(
            nameFn = { it.name },
            Case("another file", TokenStoreProblem.FOREIGN) { it.writeText("[section]\nkey = value\n") },
            Case("another JSON file", TokenStoreProblem.FOREIGN) { it.writeText("""{"mcpServers":{}}""") },
            Case("bytes", TokenStoreProblem.FOREIGN) { it.writeBytes(ByteArray(1000) { i -> i.toByte() }) },
            Case("a folder", TokenStoreProblem.FOREIGN) {
                Files.createDirectory(it).setPosixFilePermissions(PosixFilePermissions.fromString("rwx------"))
            },
            Case("one that was cut off", TokenStoreProblem.CORRUPTED) { file ->
                write(file)
                change(file) { it.dropLast(20) }
            },
            Case("a grant without its token", TokenStoreProblem.CORRUPTED) { file ->
                write(file)
                change(file) { it.replace("\"accessToken\"", "\"token\"") }
            },
            Case("a time that is none", TokenStoreProblem.CORRUPTED) { file ->
                write(file)
                change(file) { it.replace("1970", "soon") }
            },
            Case("no version", TokenStoreProblem.CORRUPTED) { file ->
                write(file)
                change(file) { it.replace("\"version\":1", "\"version\":\"one\"") }
            },
            Case("a newer version", TokenStoreProblem.TOO_NEW) { file ->
                write(file)
                change(file) { it.replace("\"version\":1", "\"version\":2") }
            },
            Case("no key", TokenStoreProblem.KEY_MISSING) { write(it, storeKey) },
            Case("another key", TokenStoreProblem.WRONG_KEY, otherKey) { write(it, storeKey) },
            Case("another key that claims to be this one", TokenStoreProblem.CORRUPTED, otherKey) { file ->
                write(file, storeKey)
                change(file) { it.replace(storeKey.id(), otherKey.id()) }
            },
            Case("one bit of the encrypted part", TokenStoreProblem.CORRUPTED, storeKey) { file ->
                write(file, storeKey)
                change(file) { text -> text.replace(Regex("(?<=\"encrypted\":\".{40}).")) { if (it.value == "/") "+" else "/" } }
            },
            Case("encrypted bytes that are no Base64", TokenStoreProblem.CORRUPTED, storeKey) { file ->
                write(file, storeKey)
                change(file) { it.replaceFirst("\"encrypted\":\"", "\"encrypted\":\"*") }
            },
            Case("plain text, where there should be none", TokenStoreProblem.NOT_ENCRYPTED, storeKey) { write(it) },
            Case("a symbolic link", TokenStoreProblem.INSECURE) { file ->
                val elsewhere = file.resolveSibling("elsewhere")
                write(elsewhere)
                file.createSymbolicLinkPointingTo(elsewhere)
            },
            Case("one that others can read", TokenStoreProblem.INSECURE) { file ->
                write(file)
                file.setPosixFilePermissions(PosixFilePermissions.fromString("rw-r-----"))
            },
            Case("one in a folder that others can write to", TokenStoreProblem.INSECURE) { file ->
                write(file)
                file.parent.setPosixFilePermissions(PosixFilePermissions.fromString("rwxrwx---"))
            },
            Case("one without an end", TokenStoreProblem.TOO_LARGE) { file ->
                FileChannel.open(Disk.SYSTEM.create(file).use { file }, StandardOpenOption.WRITE).use {
                    it.write(java.nio.ByteBuffer.wrap(byteArrayOf(1)), TokenFile.MAX_BYTES.toLong())
                }
            },
        ) { case ->
            val file = newFile()
            Files.createDirectories(file.parent)
            file.parent.setPosixFilePermissions(PosixFilePermissions.fromString("rwx------"))
            case.arrange(file)
            if (Files.isRegularFile(file) && case.problem != TokenStoreProblem.INSECURE) {
                file.setPosixFilePermissions(PosixFilePermissions.fromString("rw-------"))
            }
            val before = if (Files.isDirectory(file)) null else file.readBytes().toList()
            val store = FileTokenStore(file, case.secret)
            val failures =
                listOf(
                    shouldThrow<TokenStoreException> { store.findGrant(key) },
                    shouldThrow<TokenStoreException> { store.updateGrant(key) { grant("2") } },
                    shouldThrow<TokenStoreException> { store.saveRegistration(registration) },
                )
            failures.forEach {
                it.problem shouldBe case.problem
                it.code shouldBe ErrorCode.AUTHORIZATION_FAILED
                it.message shouldContain file.toString()
                it.stackTraceToString() shouldNotContain "access-1"
            }
            (if (Files.isDirectory(file)) null else file.readBytes().toList()) shouldBe before
        }
    }

    test("an empty file holds nothing, and can be used") {
        val file = newFile()
        Files.createDirectories(file.parent)
        Disk.SYSTEM.create(file).close()
        val store = FileTokenStore(file)
        store.findGrant(key).shouldBeNull()
        store.updateGrant(key) { grant() }
        facts(store.findGrant(key)) shouldBe facts(grant())
    }

    test("members that nobody knows yet are passed over") {
        val file = newFile()
        FileTokenStore(file).updateGrant(key) { grant() }
        file.writeText(file.readText().replace("\"accessToken\"", "\"colour\":{\"is\":[\"blue\"]},\"accessToken\""))
        facts(FileTokenStore(file).findGrant(key)) shouldBe facts(grant())
    }

    context("a disk that is full") {
        suspend fun withStore(block: suspend (FileTokenStore, FullDisk, Path) -> Unit) {
            val disk = FullDisk()
            val file = newFile()
            val store = FileTokenStore(file, null, disk, 100.milliseconds)
            store.updateGrant(key) { grant() }
            block(store, disk, file)
        }
        withData(nameFn = { "with room for $it bytes shows before anything is asked of a server" }, 0L, 1L, 400L, 65_536L) { room ->
            withStore { store, disk, file ->
                disk.room = room
                var isAsked = false
                val failure =
                    shouldThrow<TokenStoreException> {
                        store.updateGrant(key) {
                            isAsked = true
                            grant("2")
                        }
                    }
                listOf(failure.problem, isAsked) shouldBe listOf(TokenStoreProblem.IO, false)
                failure.message shouldContain "No space left on device"
                facts(store.findGrant(key)) shouldBe facts(grant())
                file.parent.listDirectoryEntries("*.tmp") shouldBe emptyList()
            }
        }
        test("from then on does no harm: the room was taken before") {
            withStore { store, disk, _ ->
                store.updateGrant(key) {
                    disk.room = 0
                    grant("2")
                }
                facts(store.findGrant(key)) shouldBe facts(grant("2"))
            }
        }
        test("that breaks leaves the old grant") {
            withStore { store, disk, file ->
                shouldThrow<TokenStoreException> {
                    store.updateGrant(key) {
                        disk.isBroken = true
                        grant("2")
                    }
                }
                facts(store.findGrant(key)) shouldBe facts(grant())
                file.parent.listDirectoryEntries("*.tmp") shouldBe emptyList()
            }
        }
    }

    test("a folder that cannot be made is a failure that names the file") {
        val file = tempdir().toPath().resolve("file").also { it.writeText("") }.resolve("tokens.json")
        shouldThrow<TokenStoreException> { FileTokenStore(file).updateGrant(key) { grant() } }.problem shouldBe TokenStoreProblem.IO
    }

    context("several stores in one process") {
        test("change a grant one after the other, by whatever way they reach the file") {
            val file = newFile()
            val link = file.parent.parent.parent.resolve("link")
            FileTokenStore(file).updateGrant(key) { grant("0") }
            link.createSymbolicLinkPointingTo(file.parent)
            val stores = List(4) { FileTokenStore(if (it % 2 == 0) file else link.resolve(file.name)) }
            coroutineScope {
                List(40) { n ->
                    async(Dispatchers.Default) {
                        stores[n % 4].updateGrant(key) { present ->
                            val next = present?.accessToken?.value.orEmpty().substringAfter('-').toInt() + 1
                            yield()
                            grant("$next")
                        }
                    }
                }.awaitAll()
            }
            stores[0].findGrant(key)?.accessToken?.value shouldBe "access-40"
        }
        test("change different grants at the same time, and none is lost") {
            val store = FileTokenStore(newFile())
            val both = List(2) { CompletableDeferred<Unit>() }
            coroutineScope {
                repeat(2) { n ->
                    launch {
                        store.updateGrant(GrantKey("https://as.example", "client", "https://mcp.example/$n")) {
                            both[n].complete(Unit)
                            both.awaitAll()
                            grant("$n")
                        }
                    }
                }
            }
            List(2) { store.findGrant(GrantKey("https://as.example", "client", "https://mcp.example/$it"))?.accessToken?.value } shouldBe
                listOf("access-0", "access-1")
        }
    }

    test("a lock that nobody lets go of is a failure that says so") {
        val file = newFile()
        FileTokenStore(file).updateGrant(key) { grant() }
        FileChannel.open(file.resolveSibling("tokens.json.lock"), StandardOpenOption.WRITE).use { channel ->
            channel.lock()
            val failure =
                shouldThrow<TokenStoreException> {
                    FileTokenStore(file, null, Disk.SYSTEM, 50.milliseconds).updateGrant(key) { grant("2") }
                }
            listOf(failure.problem, failure.isRetryable) shouldBe listOf(TokenStoreProblem.LOCKED, true)
        }
        FileTokenStore(file).updateGrant(key) { grant("3") }?.accessToken?.value shouldBe "access-3"
    }

    context("a caller that is cancelled") {
        test("while it waits leaves at once") {
            val store = FileTokenStore(newFile())
            val isHeld = CompletableDeferred<Unit>()
            val end = CompletableDeferred<Unit>()
            coroutineScope {
                val holder = launch {
                    store.updateGrant(key) {
                        isHeld.complete(Unit)
                        end.await()
                        grant()
                    }
                }
                isHeld.await()
                val waiter = launch { store.updateGrant(key) { error("never") } }
                yield()
                waiter.cancelAndJoin()
                end.complete(Unit)
                holder.join()
            }
            facts(store.findGrant(key)) shouldBe facts(grant())
        }
        test("while the grant is changed does not lose the change") {
            val store = FileTokenStore(newFile())
            val isHeld = CompletableDeferred<Unit>()
            val end = CompletableDeferred<Unit>()
            coroutineScope {
                val holder = launch {
                    store.updateGrant(key) {
                        isHeld.complete(Unit)
                        end.await()
                        grant()
                    }
                }
                isHeld.await()
                holder.cancel()
                end.complete(Unit)
            }
            facts(store.findGrant(key)) shouldBe facts(grant())
        }
    }

    context("a key") {
        test("is 32 bytes, and an error does not repeat it") {
            shouldThrow<IllegalArgumentException> { TokenStoreKey.of(ByteArray(31)) }
            val failure = shouldThrow<IllegalArgumentException> { TokenStoreKey.ofBase64("c2VjcmV0!") }
            failure.stackTraceToString() shouldNotContain "c2Vjc"
        }
        test("in the environment need not be there") {
            TokenStoreKey.fromEnvironment("LATCHKEY_NO_SUCH_VARIABLE").shouldBeNull()
        }
        test("is the same by bytes and by Base64") {
            TokenStoreKey.ofBase64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n").id() shouldBe storeKey.id()
        }
    }
})
