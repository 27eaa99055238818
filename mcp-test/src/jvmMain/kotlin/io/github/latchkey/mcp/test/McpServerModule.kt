@file:JvmName("McpServerModule")

package io.github.latchkey.mcp.test

import io.ktor.http.HttpHeaders
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.install
import io.ktor.server.http.HttpRequestLifecycle
import io.ktor.server.routing.Route
import io.ktor.server.routing.RouteSelector
import io.ktor.server.routing.RouteSelectorEvaluation
import io.ktor.server.routing.Routing
import io.ktor.server.routing.RoutingResolveContext
import io.ktor.server.routing.route
import io.ktor.server.routing.routing
import kotlinx.coroutines.delay

/** Serves [server] at [path], and its protected resource metadata where its [Protection] wants it. */
public fun Application.mcpServer(server: ScriptedMcpServer, path: String = "/mcp") {
    val endpoint = McpEndpoint(server)
    routing {
        route(path) {
            cancelledOnDisconnect {
                handle {
                    val request = recordedRequest(call)
                    val background = this@mcpServer
                    endpoint.handle(request, call.origin() + path, background) { send(call, it, request) }
                }
            }
        }
        resourceMetadata(server, path)
    }
}

/** Serves the metadata of [server] for the endpoint at [path], wherever a client might look for them. */
internal fun Routing.resourceMetadata(server: ScriptedMcpServer, path: String) {
    setOf(PROTECTED_RESOURCE, protectedResourcePath(path)).forEach { location ->
        route(location) { handle { answerMetadata(call, server, endpointUrl = call.origin() + path) } }
    }
}

private suspend fun answerMetadata(call: ApplicationCall, server: ScriptedMcpServer, endpointUrl: String) {
    val request = recordedRequest(call)
    server.recordMetadataRequest(request)
    val scripted = server.metadataAnswers.take()
    if (scripted != null) delay(scripted.delayMillis)
    val protection = server.protection
    val reply =
        when {
            scripted?.status != null -> HttpReply.Whole(scripted.status, null, scripted.body, scripted.headers)
            protection == null || protection.metadataUrl(endpointUrl) != call.origin() + request.path -> emptyReply(404)
            request.method != "GET" -> emptyReply(405, mapOf("Allow" to "GET"))
            else -> jsonReply(200, protection.metadata(endpointUrl))
        }
    send(call, reply, request)
}

/**
 * Routes whose handler is cancelled when the client disconnects. A request with `Connection: close` is left out: Ktor's CIO
 * engine stops reading behind it, and takes that for the disconnect.
 */
internal fun Route.cancelledOnDisconnect(build: Route.() -> Unit) {
    createChild(StaysConnected).apply {
        install(HttpRequestLifecycle) { cancelCallOnClose = true }
        build()
    }
    build()
}

private object StaysConnected : RouteSelector() {
    override suspend fun evaluate(context: RoutingResolveContext, segmentIndex: Int): RouteSelectorEvaluation {
        val connection = context.call.request.headers[HttpHeaders.Connection]
        val isLast = connection?.split(',').orEmpty().any { it.trim().equals("close", ignoreCase = true) }
        return if (isLast) RouteSelectorEvaluation.Failed else RouteSelectorEvaluation.Constant
    }

    override fun toString(): String = "(stays connected)"
}
