package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.test.AuthorizationServer
import io.github.latchkey.mcp.test.AuthorizationServer.Endpoint
import io.github.latchkey.mcp.test.AuthorizationServerBuilder
import io.github.latchkey.mcp.test.OAuthFailure
import io.github.latchkey.mcp.test.ProtectedMcpServer
import io.github.latchkey.mcp.test.SampleTools
import io.github.latchkey.mcp.test.ScriptedMcpServer
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldEndWith
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.io.BufferedReader
import java.io.File
import java.nio.file.Path
import java.util.concurrent.atomic.AtomicLong
import kotlin.random.Random
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** Several processes with one store; [RefreshingProgram] is one of them. */
class SharedStoreIT : FunSpec({
    val java = File(System.getProperty("java.home"), "bin/java").path
    val flags = listOf("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx64m")

    fun start(file: Path, url: String, coroutines: Int, millis: Int): Process =
        ProcessBuilder(
            listOf(java) + flags + "io.github.latchkey.mcp.auth.RefreshingProgramKt" + listOf("$file", url, "$coroutines", "$millis"),
        )
            .apply { environment()["CLASSPATH"] = System.getProperty("java.class.path") }
            .redirectErrorStream(true)
            .start()

    suspend fun <T> signedIn(configure: AuthorizationServerBuilder.() -> Unit, block: suspend (ProtectedMcpServer, Path) -> T): T {
        val server = SampleTools.addTo(ScriptedMcpServer.builder()).build()
        val file = tempdir().toPath().resolve("own/tokens.json")
        return ProtectedMcpServer.open(server, AuthorizationServer(configure)) { SampleTools.protect(this) }.use { protected ->
            val prompt = LoopbackPrompt.builder().browser(FakeBrowser).build()
            val options = OAuthOptions.builder(prompt).tokenStore(FileTokenStore(file)).build()
            SocketCaller(OAuthAuthorizer(options), protected.url).call() shouldBe 200
            block(protected, file)
        }
    }

    test("three processes with four coroutines each use each refresh token once, and lose nothing (TRAP-34)") {
        signedIn({ accessTokenSeconds(1) }) { protected, file ->
            val processes = List(3) { start(file, protected.url, coroutines = 4, millis = 4_000) }
            val output = coroutineScope {
                processes.map { async(Dispatchers.IO) { it.inputStream.bufferedReader().readText() } }.awaitAll()
            }
            output.forEach { it.trimEnd() shouldEndWith "done" }
            val used = protected.authorizationServer.requests(Endpoint.TOKEN).mapNotNull { it.form["refresh_token"] }
            used.shouldBeUnique()
            used.size shouldBeGreaterThan 20
            protected.authorizationServer.violations.shouldBeEmpty()
            protected.authorizationServer.requests(Endpoint.AUTHORIZATION) shouldHaveSize 1
            // Most were obtained by somebody else.
            output.sumOf { it.lines().size } shouldBeGreaterThan used.size
            RefusedCaller(file, protected.url).next()
        }
    }

    test("a process that is killed at any moment leaves a grant that is good, thirty times") {
        val rotation = GraciousRotation()
        signedIn({ grant("refresh_token") { rotation.refresh(it.form.getValue("refresh_token")) } }) { protected, file ->
            val start = TimeSource.Monotonic.markNow()
            val random = Random(start.hashCode())
            val key = FileTokenStore(file).findGrantKey(protected.url, null).shouldNotBeNull()
            FileTokenStore(file).updateGrant(key) { rotation.first(it) }
            var running = List(KILLED_AT_ONCE) { Running(start(file, protected.url, coroutines = 2, millis = 0)) }
            repeat(KILLS) {
                val victim = running.first()
                victim.awaitFirst()
                runInterruptible(Dispatchers.IO) { Thread.sleep(random.nextLong(60)) }
                victim.kill()
                running = running.drop(1)
                if (it + running.size + 1 < KILLS) running = running + Running(start(file, protected.url, coroutines = 2, millis = 0))

                val grant = FileTokenStore(file).findGrant(key).shouldNotBeNull()
                rotation.numberOf(grant.accessToken.value) shouldBeGreaterThanOrEqual victim.last
                RefusedCaller(file, protected.url).next()
            }
            start.elapsedNow() shouldBeLessThan 60.seconds
            protected.authorizationServer.requests(Endpoint.AUTHORIZATION) shouldHaveSize 1
        }
    }
}) {
    /** A process of [RefreshingProgram] and the number of the last token that it could use. */
    private class Running(private val process: Process) {
        private val output: BufferedReader = process.inputStream.bufferedReader()

        @Volatile var last = -1L
            private set

        suspend fun awaitFirst() = withContext(Dispatchers.IO) { read() }

        suspend fun kill() = withContext(Dispatchers.IO) {
            // Not by the process itself, which would close its output, too.
            process.toHandle().destroyForcibly()
            while (read()) {
                // to the end
            }
            process.waitFor()
        }

        private fun read(): Boolean {
            val line = output.readLine() ?: return false
            last = checkNotNull(line.toLongOrNull(10)) { "the program said: $line " + output.readText() }
            return true
        }
    }

    /** Rotation as careful servers do it: the token before stays good until the new one is used, since an answer may get lost (RFC 9700 §4.14.2). */
    private class GraciousRotation {
        private val current = AtomicLong()

        fun first(grant: Grant?) = checkNotNull(grant).run {
            Grant(AccessToken("access-00000000", null), RefreshToken("refresh-0"), requestedScopes, grantedScopes, obtainedAt)
        }

        fun numberOf(accessToken: String) = accessToken.takeLast(8).toLong()

        @Synchronized
        fun refresh(token: String): JsonObject {
            val used = token.substringAfter('-').toLong()
            if (used == current.get()) current.incrementAndGet()
            if (used != current.get() - 1) throw OAuthFailure("invalid_grant", "used twice")
            val number = current.get()
            return JsonObject(
                mapOf(
                    "access_token" to JsonPrimitive("access-" + "$number".padStart(8, '0')),
                    "refresh_token" to JsonPrimitive("refresh-$number"),
                    "token_type" to JsonPrimitive("Bearer"),
                ),
            )
        }
    }

    private companion object {
        const val KILLS = 30
        const val KILLED_AT_ONCE = 3
    }
}
