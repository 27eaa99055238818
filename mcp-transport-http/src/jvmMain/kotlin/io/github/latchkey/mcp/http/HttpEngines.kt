package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.http.internal.sharedEngines

/** The HTTP engines that the transports of this process share. */
public object HttpEngines {
    /**
     * Closes them all, with the connections and threads that they keep for the next request: for programs that want to see nothing
     * left. Returns at once. What an open connection uses is closed together with that; connections that are opened later get new
     * engines. Engines that callers brought are not touched.
     */
    @JvmStatic
    public fun closeAll(): Unit = sharedEngines.closeAll()
}
