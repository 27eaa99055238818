package io.github.latchkey.mcp.test

import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCallPipeline
import io.ktor.server.application.call
import io.ktor.server.cio.CIO
import io.ktor.server.cio.CIOApplicationEngine
import io.ktor.server.engine.EmbeddedServer
import io.ktor.server.engine.embeddedServer
import io.ktor.server.request.httpMethod
import io.ktor.server.request.path
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import java.net.BindException
import java.util.concurrent.atomic.AtomicBoolean

/**
 * An HTTP server on a free port of 127.0.0.1, running when it is handed out. Whoever started it closes it.
 */
public class LoopbackServer private constructor(
    private val server: EmbeddedServer<CIOApplicationEngine, CIOApplicationEngine.Configuration>,
    private val lines: Recording<String>,
    /** The port it listens on. */
    @get:JvmName("port")
    public val port: Int,
) : AutoCloseable {
    private val isClosed = AtomicBoolean()

    /** `http://127.0.0.1:<port>`, without a path. */
    @get:JvmName("url")
    public val url: String = "http://127.0.0.1:$port"

    /** Method and path of every request so far, whoever answered it and with what status. */
    public val requestLines: List<String> get() = lines.snapshot()

    /** Stops listening and closes every connection, running requests included. Can be called twice. */
    override fun close() {
        if (isClosed.compareAndSet(false, true)) server.stop(gracePeriodMillis = 0, timeoutMillis = CLOSE_LIMIT_MILLIS)
    }

    public companion object {
        /** A server with [modules] installed, as `Application.mcpServer` and `Application.authorizationServer` are. */
        @JvmSynthetic
        public suspend fun start(vararg modules: Application.() -> Unit): LoopbackServer = startAt(0, *modules)

        /** The same on [port], so that a server can take the place of one that was closed; 0 for a free one. */
        @JvmSynthetic
        public suspend fun startAt(port: Int, vararg modules: Application.() -> Unit): LoopbackServer {
            val lines = Recording<String>("requests")
            val server =
                embeddedServer(CIO, port = port, host = "127.0.0.1") {
                    recordLines(lines)
                    modules.forEach { it() }
                }
            // Starting is quick, but loads classes and binds a port.
            val bound =
                withContext(Dispatchers.IO) {
                    server.startSuspend(wait = false)
                    server.engine.resolvedConnectors().single().port
                }
            return LoopbackServer(server, lines, bound)
        }

        /** A server for [mcpServer] at `/mcp`, for Java: returns when it listens. */
        @JvmStatic
        public fun start(mcpServer: ScriptedMcpServer): LoopbackServer = holdingTheThread { start({ mcpServer(mcpServer) }) }

        /** The same on [port], 0 for a free one. Throws [BindException] where that cannot be had. */
        @JvmStatic
        @Throws(BindException::class)
        public fun startAt(port: Int, mcpServer: ScriptedMcpServer): LoopbackServer =
            holdingTheThread { startAt(port, { mcpServer(mcpServer) }) }

        private const val CLOSE_LIMIT_MILLIS = 1_000L
    }
}

private fun Application.recordLines(lines: Recording<String>) {
    intercept(ApplicationCallPipeline.Monitoring) {
        lines.add("${call.request.httpMethod.value} ${call.request.path()}")
        proceed()
    }
}
