package io.github.latchkey.mcp.stdio

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.transport.Connection
import io.github.latchkey.mcp.transport.Transport
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runInterruptible
import java.io.IOException

/**
 * Speaks to a server that runs as a child process, over its standard input and output (MCP, stdio). Every [open] starts a process
 * of its own, without a shell; closing the session ends it with everything it has started. Nothing is ever written to the
 * standard output of this process.
 *
 * @param command the program and its arguments
 */
public class StdioTransport
@JvmOverloads
constructor(
    command: List<String>,
    private val options: StdioOptions = StdioOptions.DEFAULT,
) : Transport {
    private val command = ServerCommand(command, options)

    /** The command line; the values of its options, which may be secrets, are left out. */
    override val endpoint: String = "stdio:${this.command}"

    override suspend fun open(scope: CoroutineScope, events: McpEvents): Connection = open(scope, events, mayRestart = true)

    private suspend fun open(scope: CoroutineScope, events: McpEvents, mayRestart: Boolean): Connection {
        val process = runInterruptible(Dispatchers.IO) { start() }
        val restart: (suspend () -> Connection)? = if (mayRestart) ({ open(scope, events, mayRestart = false) }) else null
        return StdioConnection(process, endpoint, options, events, scope, restart).also { it.start() }
    }

    private fun start(): Process =
        try {
            command.start()
        } catch (e: IOException) {
            throw UnreachableException(
                "cannot start $command: ${e.message}",
                FailureDetails(
                    Phase.CONNECT,
                    endpoint,
                    "check that the program is installed and on the PATH, and that its folder exists",
                ),
                e,
            )
        }
}
