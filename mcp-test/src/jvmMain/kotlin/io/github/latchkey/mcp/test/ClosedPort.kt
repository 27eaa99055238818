package io.github.latchkey.mcp.test

import java.net.InetAddress
import java.net.ServerSocket

/** Ports with nothing behind them. */
public object ClosedPort {
    /** A port of 127.0.0.1 where nothing listens: connecting to it is refused. It was free a moment ago, no more can be said. */
    @JvmStatic
    public fun find(): Int = ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")).use { it.localPort }
}
