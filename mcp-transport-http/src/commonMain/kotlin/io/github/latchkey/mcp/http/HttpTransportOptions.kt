package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.http.internal.HttpEngine
import io.github.latchkey.mcp.http.internal.ProxyChoice
import io.github.latchkey.mcp.http.internal.ProxyServer
import io.github.latchkey.mcp.http.internal.checkCallerHeader
import io.github.latchkey.mcp.transport.Authorizer
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngine
import kotlin.jvm.JvmField

/** How an HTTP transport behaves. Immutable; made by a [Builder]. */
public class HttpTransportOptions private constructor(
    builder: Builder,
) {
    /** Supplies the credentials of every request; null sends none but those in [headers]. */
    public val authorizer: Authorizer? = builder.authorizer

    /** The engine to use; null for those that Latchkey shares in this process. Closing it is up to whoever made it. */
    public val engine: HttpClientEngine? = builder.engine

    /** An engine that stands for those of this process, in tests; null for none. Closing it is up to whoever made it. */
    internal val httpEngine: HttpEngine? = builder.httpEngine

    /** The Ktor client to use; null for one of Latchkey's. Closing it is up to whoever made it. */
    public val client: HttpClient? = builder.httpClient

    /** Whom to trust, and who we are, in TLS; null for what Java trusts, and nobody. */
    public val tls: TlsSettings? = builder.tls

    /** The largest message, or event of a stream, that is read; in bytes. */
    public val maxMessageBytes: Int = builder.maxMessageBytes

    /** How much of the body of a failing answer is read and kept for the exception; in bytes. */
    public val maxErrorBodyBytes: Int = builder.maxErrorBodyBytes

    /** How long connecting may take: TCP, and then TLS again on OkHttp; both together on CIO. */
    public val connectTimeoutMillis: Long = builder.connectTimeoutMillis

    /** Whether to open the server's own stream in the session era. */
    public val serverStream: Boolean = builder.serverStream

    /** Whether to fall back to HTTP+SSE. */
    public val legacySse: Boolean = builder.legacySse

    /** How long to wait before a stream is connected again, the first time and where the server does not say. */
    internal val firstReconnectMillis: Long = builder.firstReconnectMillis

    internal val headers: Map<String, String> = builder.headers.toMap()
    internal val proxy: ProxyChoice = builder.proxy

    init {
        require(engine == null || client == null) { "engine and client exclude each other" }
        require((engine == null && client == null) || (tls == null && proxy is ProxyChoice.OfProcess)) {
            "proxy and tls are up to the engine or client that was given: set them there, or leave it out"
        }
    }

    /** The names alone: the values may be secrets. */
    override fun toString(): String = "HttpTransportOptions(headers=${headers.keys}, maxMessageBytes=$maxMessageBytes)"

    /** All values have defaults, so an empty builder will do. */
    public class Builder {
        internal var authorizer: Authorizer? = null
        internal var engine: HttpClientEngine? = null
        internal var httpEngine: HttpEngine? = null
        internal var httpClient: HttpClient? = null
        internal var tls: TlsSettings? = null
        internal var proxy: ProxyChoice = ProxyChoice.OfProcess
        internal val headers = linkedMapOf<String, String>()
        internal var maxMessageBytes = 16 * 1024 * 1024
        internal var maxErrorBodyBytes = 8 * 1024
        internal var connectTimeoutMillis = 10_000L
        internal var firstReconnectMillis = 500L
        internal var serverStream = false
        internal var legacySse = true

        /** Signs requests in, and is asked when the server refuses them. None by default. */
        public fun authorizer(value: Authorizer?): Builder = apply { authorizer = value }

        /**
         * A header for every request, such as an API key or a `User-Agent`. A repeated name replaces the value. Credentials of the
         * [authorizer] replace it, too. Throws [IllegalArgumentException] for what HTTP cannot carry, and for headers that are the transport's
         * own.
         */
        public fun header(name: String, value: String): Builder =
            apply {
                checkCallerHeader(name, value)
                headers.keys.removeAll { it.equals(name, ignoreCase = true) }
                headers[name] = value
            }

        /**
         * A Ktor engine to use instead of the shared ones. The transport neither changes nor closes it. Its proxy, trust and timeouts
         * are its own: together with [proxy], [noProxy] or [tls] it is refused by [build].
         */
        public fun engine(value: HttpClientEngine?): Builder = apply { engine = value }

        /** The same with a Ktor client: its engine and plugins are used. Redirects, and what a status means, stay with the transport. */
        public fun client(value: HttpClient?): Builder = apply { httpClient = value }

        /**
         * The proxy for all requests, those of a sign-in included: `http://host:port` or `socks5://host:port`, with `user:password@`
         * before the host where the proxy wants them. It is used for loopback addresses, too. By default the process decides: the
         * JVM's proxy settings (`https.proxyHost`, `http.nonProxyHosts`, …), and where there are none `HTTPS_PROXY`, `HTTP_PROXY`,
         * `ALL_PROXY` and `NO_PROXY`. Throws [IllegalArgumentException], without repeating [url], if that is no proxy.
         */
        public fun proxy(url: String): Builder = apply { proxy = ProxyChoice.Fixed(ProxyServer.parse(url, SET_BY_OPTION)) }

        /** The same with the user and password as they are, not escaped as in a URL. */
        public fun proxy(url: String, user: String, password: String): Builder =
            apply {
                require(user.isNotEmpty() && ':' !in user) { "the user of the proxy must not be empty, nor have a colon (RFC 7617)" }
                val server = ProxyServer.parse(url, SET_BY_OPTION)
                proxy = ProxyChoice.Fixed(ProxyServer(server.kind, server.host, server.port, user, password, server.setBy))
            }

        /** No proxy, whatever the process says. */
        public fun noProxy(): Builder = apply { proxy = ProxyChoice.None }

        /** Trust and client certificate for all requests, those of a sign-in included. */
        public fun tls(value: TlsSettings?): Builder = apply { tls = value }

        /** 16 MiB by default. */
        public fun maxMessageBytes(value: Int): Builder = apply { maxMessageBytes = positive("maxMessageBytes", value) }

        /** 8 KiB by default. */
        public fun maxErrorBodyBytes(value: Int): Builder = apply { maxErrorBodyBytes = positive("maxErrorBodyBytes", value) }

        /** 10 s by default. */
        public fun connectTimeoutMillis(value: Long): Builder = apply { connectTimeoutMillis = positive("connectTimeoutMillis", value) }

        /**
         * Whether to open the stream on which a server of 2025-03-26 to 2025-11-25 sends what belongs to no request: its own
         * requests outside a call, and news of its lists (Streamable HTTP, Listening for Messages from the Server). Off by default:
         * it holds a connection for as long as the session lives, and with OkHttp a thread, and most servers do not have it. A
         * server without it is left alone; so is one that loses it, after five attempts in a row.
         */
        public fun serverStream(value: Boolean): Builder = apply { serverStream = value }

        /**
         * Whether to try HTTP+SSE, the transport of 2024-11-05, with a server that answers `initialize` with 400, 404 or 405. On by
         * default.
         */
        public fun legacySse(value: Boolean): Builder = apply { legacySse = value }

        public fun build(): HttpTransportOptions = HttpTransportOptions(this)

        private fun <N : Number> positive(name: String, value: N): N {
            require(value.toLong() > 0) { "$name must be positive, not $value" }
            return value
        }

        private companion object {
            const val SET_BY_OPTION = "the option proxy"
        }
    }

    public companion object {
        @JvmField
        public val DEFAULT: HttpTransportOptions = Builder().build()

        /** Options that differ from [DEFAULT] in what [configure] sets. */
        public inline operator fun invoke(configure: Builder.() -> Unit): HttpTransportOptions = Builder().apply(configure).build()
    }
}
