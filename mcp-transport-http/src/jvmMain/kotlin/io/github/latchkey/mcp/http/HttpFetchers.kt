package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.http.internal.EngineHttpFetcher
import io.github.latchkey.mcp.http.internal.engineClient
import io.github.latchkey.mcp.transport.HttpFetcher

/** Makes [HttpFetcher]s for a sign-in that is not part of a connection. */
public object HttpFetchers {
    /** A fetcher without options. Holds nothing between fetches, so there is nothing to close. */
    @JvmStatic
    public fun shared(): HttpFetcher = create(HttpTransportOptions.DEFAULT)

    /** A fetcher with the proxy, the TLS settings, the engine and the connect timeout of [options], and nothing else of them. */
    @JvmStatic
    public fun create(options: HttpTransportOptions): HttpFetcher =
        EngineHttpFetcher({ engineClient(options) }, options.connectTimeoutMillis)
}
