package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.http.internal.KtorHttpFetcher
import io.github.latchkey.mcp.http.internal.engineClient
import io.github.latchkey.mcp.transport.HttpFetcher

/** Makes [HttpFetcher]s for a sign-in that is not part of a connection. */
public object HttpFetchers {
    /** A fetcher on the engine that all transports of this process share. Holds nothing, so there is nothing to close. */
    @JvmStatic
    public fun shared(): HttpFetcher = KtorHttpFetcher({ engineClient(null) }, HttpTransportOptions.DEFAULT.connectTimeoutMillis)
}
