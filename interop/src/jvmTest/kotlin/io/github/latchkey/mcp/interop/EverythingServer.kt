package io.github.latchkey.mcp.interop

import io.github.latchkey.mcp.test.ClosedPort
import org.junit.jupiter.api.Assumptions
import java.io.File
import java.io.IOException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/** `@modelcontextprotocol/server-everything`, of the version that the tests of the inspector have, run by Node on a free port. */
class EverythingServer private constructor(
    private val process: Process,
    port: Int,
) : AutoCloseable {
    val url: String = "http://127.0.0.1:$port/mcp"

    override fun close() {
        process.destroy()
        process.onExit().orTimeout(10, TimeUnit.SECONDS).join()
    }

    companion object {
        private val packages = File("../mcp-inspector/src/test/node")
        private val installed = File("target/node")

        /** Speaks Streamable HTTP. Skips the test where there is no Node, or no network for npm; with `latchkey.ci` that is a failure. */
        @JvmStatic
        fun start(): EverythingServer {
            install()
            val port = ClosedPort.find()
            val process =
                ProcessBuilder("node", "node_modules/@modelcontextprotocol/server-everything/dist/index.js", "streamableHttp")
                    .directory(installed)
                    .redirectErrorStream(true)
                    .apply { environment()["PORT"] = "$port" }
                    .start()
            val listening = CompletableFuture<Unit>()
            // What it prints is read to the end, or it would wait for somebody to do so.
            thread(isDaemon = true) {
                process.inputReader().forEachLine { if ("on port" in it) listening.complete(Unit) }
                listening.completeExceptionally(IllegalStateException("the server ended"))
            }
            listening.orTimeout(30, TimeUnit.SECONDS).join()
            return EverythingServer(process, port)
        }

        @Synchronized
        private fun install() {
            val lock = File(packages, "package-lock.json")
            val marker = File(installed, "installed")
            if (marker.exists() && marker.readText() == lock.readText()) return
            if (!succeeds(File("."), "node", "--version")) unavailable("node does not run")
            installed.mkdirs()
            for (name in listOf("package.json", "package-lock.json")) File(packages, name).copyTo(File(installed, name), overwrite = true)
            if (!succeeds(installed, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")) {
                unavailable("npm ci failed, which needs the network once")
            }
            marker.writeText(lock.readText())
        }

        private fun unavailable(reason: String) {
            val message = "the server of others was not tried: $reason"
            check(!java.lang.Boolean.getBoolean("latchkey.ci")) { message }
            Assumptions.abort<Unit>(message)
        }

        private fun succeeds(folder: File, vararg command: String): Boolean =
            try {
                ProcessBuilder(*command).directory(folder).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                    .waitFor() == 0
            } catch (_: IOException) {
                false
            }
    }
}
