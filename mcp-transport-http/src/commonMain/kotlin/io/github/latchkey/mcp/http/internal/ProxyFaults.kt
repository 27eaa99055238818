package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.http.internal.EngineFault.Kind

/** The same fault when the way leads through [proxy]: then it was the proxy that could not be found, reached or heard. */
internal fun EngineFault.through(proxy: ProxyServer): EngineFault {
    if (isAboutProxy) return this
    val check = "check that the proxy is running and reachable, and its address in ${proxy.setBy}"
    return when (kind) {
        Kind.NO_CONNECTION -> EngineFault(kind, "the proxy $proxy: $reason", check, isRetryable)
        Kind.CONNECT_TIMEOUT -> EngineFault(kind, "the proxy $proxy did not accept it", check)
        Kind.TLS_TIMEOUT -> EngineFault(kind, "the TLS handshake through the proxy $proxy was not done", check)
        Kind.CONNECTION_LOST -> EngineFault(kind, "$reason, by the server or the proxy $proxy before it", remedy)
        Kind.TLS, Kind.BAD_HTTP, Kind.BAD_CONTENT -> EngineFault(kind, "$reason (through the proxy $proxy)", remedy, isRetryable)
    }
}

/** The proxy answered [status] instead of doing what it was asked to. */
internal fun proxyRefusal(proxy: ProxyServer, status: Int): EngineFault =
    when {
        status != PROXY_AUTHENTICATION_REQUIRED ->
            EngineFault(
                Kind.NO_CONNECTION,
                "the proxy $proxy answered CONNECT with HTTP $status",
                "ask whoever runs the proxy to let these connections pass, or leave it out for this host (NO_PROXY)",
                isRetryable = status >= SERVER_ERRORS,
                status,
            )

        proxy.hasCredentials ->
            EngineFault(
                Kind.NO_CONNECTION,
                "the proxy $proxy refused its user and password (HTTP 407)",
                "correct the user and password of the proxy in ${proxy.setBy}",
                isRetryable = false,
                status,
            )

        else ->
            EngineFault(
                Kind.NO_CONNECTION,
                "the proxy $proxy wants a user and a password (HTTP 407)",
                "give them in ${proxy.setBy}, as http://user:password@host:port",
                isRetryable = false,
                status,
            )
    }

internal const val PROXY_AUTHENTICATION_REQUIRED = 407
private const val SERVER_ERRORS = 500
