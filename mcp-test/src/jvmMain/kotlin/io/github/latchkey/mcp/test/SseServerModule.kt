@file:JvmName("SseServerModule")

package io.github.latchkey.mcp.test

import io.ktor.server.application.Application
import io.ktor.server.routing.route
import io.ktor.server.routing.routing

/**
 * Serves [server] by HTTP+SSE, the transport of 2024-11-05: a GET at [path] opens the stream of a session, whose first event names
 * the URL for the messages of the client. It speaks 2024-11-05, whatever the server is told. Everything else gets 405, so a client finds out that this is no Streamable HTTP.
 *
 * Its protected resource metadata are served where its [Protection] wants them. [ScriptedMcpServer.push] sends on the streams, and [ScriptedMcpServer.expireSession] ends them.
 */
public fun Application.sseMcpServer(server: ScriptedMcpServer, path: String = "/sse") {
    val endpoint = SseMcpEndpoint(server, "$path/messages")
    routing {
        route(path) {
            cancelledOnDisconnect {
                handle {
                    val request = recordedRequest(call)
                    endpoint.open(request, call.origin() + path) { send(call, it, request) }
                }
            }
        }
        route("$path/messages") {
            handle {
                val request = recordedRequest(call)
                send(call, endpoint.take(request, call.origin() + path, background = this@sseMcpServer), request)
            }
        }
        resourceMetadata(server, path)
    }
}
