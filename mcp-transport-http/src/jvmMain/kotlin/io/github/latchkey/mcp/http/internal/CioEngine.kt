package io.github.latchkey.mcp.http.internal

import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.cio.endpoint

/** Ktor's own engine, without its time limits and without its limits on connections. */
internal fun cioEngine(): HttpClientEngine =
    CIO.create {
        dispatcher = engineDispatcher
        requestTimeout = 0
        maxConnectionsCount = Int.MAX_VALUE
        endpoint {
            maxConnectionsPerRoute = Int.MAX_VALUE
            connectAttempts = 1
        }
    }
