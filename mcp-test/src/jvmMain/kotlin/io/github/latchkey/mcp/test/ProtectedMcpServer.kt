package io.github.latchkey.mcp.test

import java.util.function.Consumer

/**
 * An MCP server behind an authorization server, both at one origin of 127.0.0.1 and running when they are handed out.
 * Whoever started them closes them, here, with everything they opened.
 *
 * @property server the MCP server.
 * @property authorizationServer the server that issues its tokens.
 */
public class ProtectedMcpServer private constructor(
    private val loopback: LoopbackServer,
    public val server: ScriptedMcpServer,
    public val authorizationServer: AuthorizationServer,
) : AutoCloseable {
    /** The URL of the MCP endpoint. */
    @get:JvmName("url")
    public val url: String = loopback.url + ENDPOINT_PATH

    /** The issuer of the authorization server. */
    @get:JvmName("issuer")
    public val issuer: String = authorizationServer.issuer(loopback.url)

    /** Method and path of every request so far, to whichever of the two. */
    public val requestLines: List<String> get() = loopback.requestLines

    /** Stops both. Can be called twice. */
    override fun close(): Unit = loopback.close()

    public companion object {
        private const val ENDPOINT_PATH = "/mcp"

        /**
         * Starts [server] and [authorizationServer]. The protection takes the tokens of the latter and names it in the
         * metadata; [protect] adds to it.
         */
        @JvmSynthetic
        public suspend fun open(
            server: ScriptedMcpServer,
            authorizationServer: AuthorizationServer = AuthorizationServer(),
            protect: Protection.Builder.() -> Unit = {},
        ): ProtectedMcpServer {
            val loopback = LoopbackServer.start({ mcpServer(server, ENDPOINT_PATH) }, { authorizationServer(authorizationServer) })
            val running = ProtectedMcpServer(loopback, server, authorizationServer)
            server.protection =
                Protection {
                    introspector(authorizationServer)
                    authorizationServers(running.issuer)
                    protect()
                }
            return running
        }

        /** Starts a server with [SampleTools], protected by their scopes: returns when it listens. */
        @JvmStatic
        public fun start(): ProtectedMcpServer =
            start(SampleTools.addTo(ScriptedMcpServer.builder()).build(), AuthorizationServer()) { SampleTools.protect(it) }

        /** The same as `open`, for Java: returns when it listens. */
        @JvmStatic
        public fun start(
            server: ScriptedMcpServer,
            authorizationServer: AuthorizationServer,
            protect: Consumer<Protection.Builder>,
        ): ProtectedMcpServer = holdingTheThread { open(server, authorizationServer) { protect.accept(this) } }
    }
}
