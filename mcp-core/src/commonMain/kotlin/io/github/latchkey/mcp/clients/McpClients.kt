package io.github.latchkey.mcp.clients

import io.github.latchkey.mcp.CallToolResult
import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.McpSession
import io.github.latchkey.mcp.RequestOptions
import io.github.latchkey.mcp.transport.Transport
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.JsonObject
import kotlin.concurrent.Volatile
import kotlin.jvm.JvmSynthetic
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/**
 * A group of servers, used as one. A server is connected when it is first needed, and again when its session has ended; what fails at
 * one of them harms no other. Safe for concurrent use.
 *
 * A server that cannot be reached is left alone for a while, longer with each failure: until then, whatever needs it throws the same
 * failure at once.
 */
public class McpClients internal constructor(
    builder: Builder,
    scope: CoroutineScope,
) {
    private val members = builder.members.mapValues { (name, member) -> ManagedServer(name, member, builder, scope) }

    // The names of the group at the last listing, and whose they are.
    @Volatile
    private var known: Map<String, GroupTool> = emptyMap()

    /** The names of the servers, in the order in which they were added. */
    public val servers: List<String> get() = members.keys.toList()

    /**
     * The session with [server], which is connected if it is not. Close the group, and not the session. Throws [McpException] when it
     * cannot be had, and [IllegalArgumentException] if the group has no such server.
     */
    @JvmSynthetic
    public suspend fun session(server: String): McpSession = member(server).session()

    /**
     * The tools of all servers, asked for at the same time. What a server listed is used again until it tells of a change, its session
     * ends, or the time of [Builder.toolsTtlMillis] is over. A server that fails is missing, and named in [GroupTools.failures].
     */
    @JvmSynthetic
    public suspend fun listTools(): GroupTools =
        coroutineScope {
            val listings = members.values.map { server -> async { server.name to server.listing() } }.awaitAll()
            val failures = listings.mapNotNull { (name, listing) -> listing.failure?.let { name to it } }.toMap()
            val pairs = listings.flatMap { (name, listing) -> listing.tools.map { name to it.name } }
            val names = ToolNames.assign(pairs)
            val tools = listings.flatMap { (name, listing) -> listing.tools.map { GroupTool(names.getValue(name to it.name), name, it) } }
            known = tools.associateBy { it.name }
            GroupTools(tools, failures)
        }

    /**
     * Calls the tool that is called [name] in the group, at its server. Throws [IllegalArgumentException] if no server that answers has
     * such a tool, the failure of its server if that does not answer, and what [McpSession.callTool] throws.
     */
    @JvmSynthetic
    public suspend fun callTool(
        name: String,
        arguments: JsonObject = JsonObject(emptyMap()),
        options: RequestOptions = RequestOptions.DEFAULT,
    ): CallToolResult {
        val tool = known[name] ?: listTools().run { tools.find { it.name == name } ?: throw unknown(name, failures) }
        return member(tool.server).session().callTool(tool.tool.name, arguments, options)
    }

    /** Closes every session, all at the same time, each within its close timeout. May be called twice; the group is of no use after. */
    @JvmSynthetic
    public suspend fun close() {
        withContext(NonCancellable) { members.values.map { launch { it.close() } }.joinAll() }
    }

    private fun member(server: String): ManagedServer =
        requireNotNull(members[server]) { "the group has no server '$server'; it has ${members.keys.joinToString()}" }

    private fun unknown(name: String, failures: Map<String, McpException>): Throwable {
        // Perhaps the tool is there, and its server is not.
        val owner = failures.entries.find { (server, _) -> name.startsWith(server) }
        return owner?.value ?: IllegalArgumentException("the group has no tool '$name'")
    }

    /** What is known of one server before it is connected. */
    internal class Member(
        val transport: Transport,
        val options: ClientOptions,
    )

    /** The servers of a group, and how it treats them. */
    public class Builder {
        internal val members = linkedMapOf<String, Member>()
        internal var toolsTtl = 5.minutes
        internal var firstPause = 1.seconds
        internal var longestPause = 1.minutes

        /** Adds a server under a [name] of its own, which is part of the names of its tools. */
        public fun server(name: String, transport: Transport, options: ClientOptions): Builder =
            apply {
                require(name.isNotBlank()) { "a server without a name" }
                require(name !in members) { "two servers are named '$name'" }
                members[name] = Member(transport, options)
            }

        /** The same with default options. */
        public fun server(name: String, transport: Transport): Builder = server(name, transport, ClientOptions.DEFAULT)

        /** For how long a list of tools is used again where the server says nothing about it; 5 min by default. */
        public fun toolsTtlMillis(value: Long): Builder = apply { toolsTtl = positive("toolsTtlMillis", value) }

        /** How long a server is left alone after its first failure to connect; 1 s by default, doubled with each failure. */
        public fun firstPauseMillis(value: Long): Builder = apply { firstPause = positive("firstPauseMillis", value) }

        /** The longest time a server is left alone; 1 min by default. */
        public fun longestPauseMillis(value: Long): Builder = apply { longestPause = positive("longestPauseMillis", value) }

        /** A group whose sessions are children of [scope]. Nothing is connected yet. */
        public fun open(scope: CoroutineScope): McpClients = McpClients(this, scope)

        private fun positive(name: String, millis: Long): Duration {
            require(millis > 0) { "$name must be positive, not $millis" }
            return millis.milliseconds
        }
    }

    public companion object {
        /** Runs [block] with the group that [configure] puts together, and closes it when [block] ends, however it ends. */
        @JvmSynthetic
        public suspend fun <T> connect(configure: Builder.() -> Unit, block: suspend (McpClients) -> T): T =
            coroutineScope {
                val group = Builder().apply(configure).open(this)
                try {
                    block(group)
                } finally {
                    withContext(NonCancellable) { group.close() }
                }
            }
    }
}
