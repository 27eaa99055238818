package io.github.latchkey.mcp.stdio

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.EraMemory
import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.McpEvent
import io.github.latchkey.mcp.MessageTooLargeException
import io.github.latchkey.mcp.Progress
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.RequestOptions
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.ServerLogEvent
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.UnsupportedVersionException
import io.github.latchkey.mcp.WarningEvent
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.serialization.json.JsonObject
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.PrintStream
import java.util.Collections
import java.util.stream.Collectors
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** Real child processes: the server is [StdioServerProgram], run by the JVM of the test. */
class StdioTransportSpec :
    FunSpec({
        val java = File(System.getProperty("java.home"), "bin/java").path
        val flags = listOf("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")

        fun server(vararg manners: String, configure: StdioOptions.Builder.() -> Unit = {}) =
            StdioTransport(
                listOf(java) + flags + "io.github.latchkey.mcp.stdio.StdioServerProgram" + manners,
                StdioOptions {
                    environment("CLASSPATH", System.getProperty("java.class.path"))
                    configure()
                },
            )

        fun options(events: MutableList<McpEvent>? = null) =
            ClientOptions {
                eraMemory(EraMemory())
                if (events != null) events { events += it }
            }

        fun recorded(): MutableList<McpEvent> = Collections.synchronizedList(mutableListOf())

        fun children() = ProcessHandle.current().descendants().collect(Collectors.toList())

        afterTest {
            eventually(2.seconds) {
                children().filter { it.isAlive }.shouldBeEmpty()
                Thread.getAllStackTraces().keys.map { it.name }.filter { it.startsWith("latchkey-stdio") }.shouldBeEmpty()
            }
        }

        context("negotiation (MCP 2026-07-28, stdio, Backward Compatibility)") {
            test("a stateless server answers the probe") {
                McpClient.connect(server("modern"), options()) { it.protocolVersion shouldBe ProtocolVersion.V2026_07_28 }
            }

            test("any error leads to initialize (VER-20)") {
                McpClient.connect(server(), options()) {
                    it.protocolVersion shouldBe ProtocolVersion.V2025_06_18
                    it.ping()
                }
            }

            test("no answer within the probe timeout leads to initialize") {
                McpClient.connect(server("silent-on-probe") { probeTimeoutMillis(300) }, options()) {
                    it.protocolVersion shouldBe ProtocolVersion.V2025_06_18
                }
            }

            test("a server that ends on the probe gets a second life, with initialize") {
                McpClient.connect(server("exit-on-probe"), options()) {
                    it.protocolVersion shouldBe ProtocolVersion.V2025_06_18
                    it.ping()
                }
            }

            test("a server without a revision in common") {
                val stateless = ClientOptions { protocolVersions(listOf(ProtocolVersion.V2026_07_28)) }
                shouldThrow<UnsupportedVersionException> { McpClient.connect(server(), stateless) { } }
            }
        }

        context("a call") {
            test("hears its progress in order") {
                McpClient.connect(server("modern"), options()) { session ->
                    val heard = mutableListOf<Progress>()
                    session.callTool("progress", JsonObject(emptyMap()), RequestOptions { onProgress { heard += it } })
                    heard.map { it.progress } shouldBe listOf(1.0, 2.0, 3.0)
                }
            }

            test("may run beside others") {
                McpClient.connect(server("modern"), options()) { session ->
                    coroutineScope { repeat(50) { launch(Dispatchers.Default) { session.callTool("progress") } } }
                }
            }

            test("that is cancelled tells the server, and the session goes on") {
                val notes = tempfile()
                McpClient.connect(server("modern") { environment("NOTES", notes.path) }, options()) { session ->
                    coroutineScope {
                        val call = launch { session.callTool("hang") }
                        delay(100)
                        call.cancelAndJoin()
                    }
                    session.callTool("progress")
                    notes.readText() shouldContain """"method":"notifications/cancelled""""
                }
            }

            test("that times out tells the server") {
                val notes = tempfile()
                McpClient.connect(server("modern") { environment("NOTES", notes.path) }, options()) { session ->
                    shouldThrow<RequestTimeoutException> {
                        session.callTool("hang", JsonObject(emptyMap()), RequestOptions { requestTimeoutMillis(100) })
                    }
                    session.callTool("progress")
                    notes.readText() shouldContain "notifications/cancelled"
                }
            }

            test("whose answer is too long fails, and so does the session") {
                val thrown =
                    shouldThrow<MessageTooLargeException> {
                        McpClient.connect(server("modern") { maxMessageBytes(1_000_000) }, options()) { it.callTool("huge") }
                    }
                thrown.limit shouldBe "maxMessageBytes"
                thrown.limitBytes shouldBe 1_000_000
            }

            test("may have a long answer within the limit") {
                McpClient.connect(server("modern"), options()) { it.callTool("huge").text.length shouldBe 3_000_000 }
            }
        }

        context("the process") {
            test("that ends during a call fails the call at once, with its exit code and last words") {
                val started = TimeSource.Monotonic.markNow()
                val failure = shouldThrow<UnreachableException> { McpClient.connect(server("modern"), options()) { it.callTool("crash") } }
                failure.message!! shouldContain "exit code 7"
                failure.message!! shouldContain "out of cheese"
                started.elapsedNow() shouldBeLessThan 5.seconds
            }

            test("that ends leaves later calls of a long-lived session with the reason") {
                coroutineScope {
                    val session = McpClient.open(server("modern"), this, options())
                    repeat(2) { shouldThrow<UnreachableException> { session.callTool("crash") }.message!! shouldContain "exit code 7" }
                    session.close()
                }
            }

            test("that cannot be started") {
                val failure =
                    shouldThrow<UnreachableException> { McpClient.connect(StdioTransport(listOf("/no/such/program")), options()) { } }
                failure.message!! shouldContain "/no/such/program"
                failure.remedy shouldContain "PATH"
            }

            test("that is no MCP server and prints to standard error") {
                val failure =
                    shouldThrow<UnreachableException> {
                        McpClient.connect(StdioTransport(listOf("sh", "-c", "echo usage: frob >&2; exit 64")), options()) { }
                    }
                failure.message!! shouldContain "exit code 64"
                failure.message!! shouldContain "usage: frob"
            }

            test("gets the variables it needs, those it is given, and no others") {
                val theirs =
                    McpClient.connect(server("modern") { environment("API_KEY", "k") }, options()) {
                        it
                            .listTools()
                            .single()
                            .name
                            .split(',')
                    }
                theirs shouldContainAll listOf("PATH", "API_KEY")
                val ours =
                    System.getenv().keys -
                        setOf("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "LANGUAGE", "TZ", "TMPDIR", "CLASSPATH")
                ours.filterNot { it.startsWith("LC_") || it == "_" }.forEach { theirs shouldNotContain it }
            }

            test("starts in the folder it is given") {
                val folder = tempdir().canonicalFile
                McpClient.connect(server("modern") { directory(folder.path) }, options()) { it.callTool("where").text shouldBe folder.path }
            }

            test("is told to end, and killed with its children when it does not") {
                val events = recorded()
                val started = TimeSource.Monotonic.markNow()
                McpClient.connect(server("modern", "stubborn", "grandchild"), options(events)) { it.ping() }
                started.elapsedNow() shouldBeLessThan 6.seconds
                val grandchild = events.filterIsInstance<ServerLogEvent>().single { it.line.startsWith("grandchild") }
                eventually(2.seconds) { ProcessHandle.of(grandchild.line.substringAfter(' ').toLong()).isPresent shouldBe false }
            }

            test("ends with a caller that is cancelled during the handshake") {
                coroutineScope {
                    val connecting = launch { McpClient.connect(server("silent-on-probe") { probeTimeoutMillis(60_000) }, options()) { } }
                    delay(200.milliseconds)
                    connecting.cancelAndJoin()
                }
            }
        }

        context("the output of the server") {
            test("that is no JSON-RPC is reported and passed over") {
                val events = recorded()
                McpClient.connect(server("modern", "chatty"), options(events)) { it.ping() }
                events.filterIsInstance<WarningEvent>().map { it.message }.single() shouldContain "no JSON-RPC message"
            }

            test("never gets onto the standard output of this process") {
                val out = System.out
                val printed = ByteArrayOutputStream()
                System.setOut(PrintStream(printed))
                try {
                    McpClient.connect(server("modern", "chatty"), options()) { it.callTool("progress") }
                } finally {
                    System.setOut(out)
                }
                printed.size() shouldBe 0
            }

            test("may hold requests to the client, which are answered") {
                McpClient.connect(server(), options()) { session ->
                    session.callTool("ping-me")
                    session.ping()
                }
            }

            test("on standard error becomes events") {
                val events = recorded()
                McpClient.connect(server("exit-on-probe"), options(events)) { }
                events.filterIsInstance<ServerLogEvent>().map { it.line } shouldContain "Fatal: request before initialize"
            }
        }

        context("what people see") {
            test("leaves out the values of options") {
                val endpoint = StdioTransport(
                    listOf("npx", "-y", "server", "--api-key", "hunter2", "--token=hunter3", "KEY=hunter4"),
                ).endpoint
                endpoint shouldContain "npx -y server --api-key"
                endpoint shouldNotContain "hunter"
                StdioOptions { environment("A", "hunter5") }.toString() shouldNotContain "hunter"
            }

            test("a command without a program is refused") {
                shouldThrow<IllegalArgumentException> { StdioTransport(listOf(" ")) }
                shouldThrow<IllegalArgumentException> { StdioTransport(emptyList()) }
                shouldThrow<IllegalArgumentException> { StdioOptions { environment("A=B", "x") } }
            }
        }
    })
