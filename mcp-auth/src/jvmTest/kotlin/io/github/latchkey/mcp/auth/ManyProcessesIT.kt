package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.test.AuthorizationServer
import io.github.latchkey.mcp.test.AuthorizationServer.Endpoint
import io.github.latchkey.mcp.test.AuthorizationServerBuilder
import io.github.latchkey.mcp.test.OAuthFailure
import io.github.latchkey.mcp.test.ProtectedMcpServer
import io.github.latchkey.mcp.test.Protection
import io.github.latchkey.mcp.test.SampleTools
import io.github.latchkey.mcp.test.ScriptedMcpServer
import io.github.latchkey.mcp.test.TokenInfo
import io.github.latchkey.mcp.test.TokenIntrospector
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.io.File
import java.nio.file.Path
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeMark
import kotlin.time.TimeSource

/**
 * Ten processes of [main] share one file, while the access token lasts two seconds. For as long as `latchkey.soak.seconds` says: ten seconds unless set.
 */
class ManyProcessesIT : FunSpec({
    val length = System.getProperty("latchkey.soak.seconds", "10").toInt().seconds

    val enoughRefreshes = length.inWholeSeconds.toInt() / 4

    suspend fun <T> signedIn(
        configure: AuthorizationServerBuilder.() -> Unit,
        protect: Protection.Builder.() -> Unit = {},
        block: suspend (ProtectedMcpServer, Path) -> T,
    ): T {
        val server = SampleTools.addTo(ScriptedMcpServer.builder()).build()
        val file = tempdir().toPath().resolve("own/tokens.json")
        return ProtectedMcpServer.open(server, AuthorizationServer(configure)).use { protected ->
            val prompt = LoopbackPrompt.builder().browser(FakeBrowser).build()
            val options = OAuthOptions.builder(prompt).tokenStore(FileTokenStore(file)).build()
            SocketCaller(OAuthAuthorizer(options), protected.url).call() shouldBe 200
            protected.server.protection =
                Protection {
                    introspector(protected.authorizationServer)
                    authorizationServers(protected.issuer)
                    protect()
                }
            block(protected, file)
        }
    }

    fun refreshes(protected: ProtectedMcpServer) =
        protected.authorizationServer.requests(Endpoint.TOKEN).mapNotNull { it.form["refresh_token"] }

    /** What everybody has seen in the end: no failure, one sign-in, and a refresh for about every token that ended. */
    suspend fun check(protected: ProtectedMcpServer, file: Path, callers: List<CallingProcess>) {
        callers.flatMap { it.failures } shouldBe emptyList()
        protected.authorizationServer.violations.shouldBeEmpty()
        protected.authorizationServer.requests(Endpoint.AUTHORIZATION) shouldHaveSize 1
        refreshes(protected).size shouldBeGreaterThan enoughRefreshes
        val another = OAuthAuthorizer(OAuthOptions.builder(NonInteractivePrompt).tokenStore(FileTokenStore(file)).build())
        SocketCaller(another, protected.url).call() shouldBe 200
        println("$length, ${callers.size} processes: ${callers.sumOf { it.calls }} calls, ${refreshes(protected).size} refreshes")
    }

    test("ten processes: every call succeeds, and every refresh token is used once") {
        signedIn({ accessTokenSeconds(TOKEN_SECONDS) }) { protected, file ->
            val callers = List(PROCESSES) { CallingProcess.start(file, protected.url, length.inWholeMilliseconds) }
            callers.forEach { it.awaitEnd() }
            callers.filter { !it.isDone }.shouldBeEmpty()
            callers.filter { it.calls == 0 }.shouldBeEmpty()
            refreshes(protected).shouldBeUnique()
            check(protected, file, callers)
        }
    }

    test("ten processes, of which one is killed at random every second: the others notice nothing") {
        val rotation = GraciousRotation()
        signedIn({
            grant("refresh_token") { rotation.refresh(it.form.getValue("refresh_token")) }
        }, { introspector(rotation) }) { protected, file ->
            val key = FileTokenStore(file).findGrantKey(protected.url, null).shouldNotBeNull()
            FileTokenStore(file).updateGrant(key) { rotation.first(it.shouldNotBeNull()) }
            val all = MutableList(PROCESSES) { CallingProcess.start(file, protected.url, millis = 0) }
            val living = all.toMutableList()
            val random = Random.Default
            val start = TimeSource.Monotonic.markNow()
            // On a busy machine it takes a while until the first of them is there.
            while (start.elapsedNow() < length || (refreshes(protected).size <= enoughRefreshes && start.elapsedNow() < length * 6)) {
                delay(1.seconds)
                val victim = living.removeAt(random.nextInt(living.size))
                victim.kill()
                CallingProcess.start(file, protected.url, millis = 0).let {
                    living += it
                    all += it
                }
            }
            living.forEach { it.kill() }
            all.forEach { it.awaitEnd() }
            rotation.reused shouldBe 0
            check(protected, file, all)
        }
    }
}) {
    /** One process, and what it has printed so far. */
    private class CallingProcess(private val process: Process) {
        private val lines = ConcurrentLinkedQueue<String>()

        // Read all the time, or the process would wait for somebody to do so.
        private val reader = thread(isDaemon = true) { process.inputStream.bufferedReader().forEachLine { lines += it } }

        @Volatile private var isKilled = false

        val calls: Int get() = lines.count { it == "200" }
        val isDone: Boolean get() = lines.lastOrNull() == "done"

        /** What is no success; of one that was killed the last line may be the beginning of one. */
        val failures: List<String>
            get() {
                val all = lines.toList()
                val isCut = isKilled && all.isNotEmpty() && "200".startsWith(all.last())
                return (if (isCut) all.dropLast(1) else all).filter { it != "200" && it != "done" }
            }

        fun kill() {
            isKilled = true
            process.destroyForcibly()
        }

        fun awaitEnd() {
            process.waitFor()
            reader.join()
        }

        override fun toString(): String = "${lines.size} lines, at last ${lines.lastOrNull()}"

        companion object {
            private val java = File(System.getProperty("java.home"), "bin/java").path
            private val flags = listOf("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx64m")

            fun start(file: Path, url: String, millis: Long): CallingProcess {
                val command = listOf(java) + flags + "io.github.latchkey.mcp.auth.CallingProgramKt" + listOf("$file", url, "$millis")
                val builder = ProcessBuilder(command).redirectErrorStream(true)
                builder.environment()["CLASSPATH"] = System.getProperty("java.class.path")
                return CallingProcess(builder.start())
            }
        }
    }

    /**
     * Rotation with reuse detection that forgives one thing: the token before stays good until the new one is used, since an answer may get lost, here with
     * the process that was killed (RFC 9700 §4.14.2). Any other second use ends the grant for everybody.
     */
    private class GraciousRotation : TokenIntrospector {
        private val ends = ConcurrentHashMap<String, TimeMark>()
        private var current = 0L // guarded by this

        /** How often a token was used again that was not to be; the grant is over then. */
        @Volatile var reused = 0
            private set

        fun first(grant: Grant) =
            Grant(
                AccessToken(accessToken(0), null),
                RefreshToken("refresh-0"),
                grant.requestedScopes,
                grant.grantedScopes,
                grant.obtainedAt,
            )

        @Synchronized
        fun refresh(token: String): JsonObject {
            val used = token.substringAfter('-').toLong()
            if (used == current) current++
            if (used != current - 1) reused++
            if (reused > 0) throw OAuthFailure("invalid_grant", "used again")
            return JsonObject(
                mapOf(
                    "access_token" to JsonPrimitive(accessToken(current)),
                    "expires_in" to JsonPrimitive(TOKEN_SECONDS),
                    "refresh_token" to JsonPrimitive("refresh-$current"),
                    "token_type" to JsonPrimitive("Bearer"),
                ),
            )
        }

        override fun introspect(token: String): TokenInfo? = ends[token]?.takeIf { it.hasNotPassedNow() }?.let { TokenInfo("somebody") }

        private fun accessToken(number: Long) =
            "access-$number-${Random.nextLong()}".also { ends[it] = TimeSource.Monotonic.markNow() + TOKEN_SECONDS.seconds }
    }

    private companion object {
        const val PROCESSES = 10
        const val TOKEN_SECONDS = 2L
    }
}
