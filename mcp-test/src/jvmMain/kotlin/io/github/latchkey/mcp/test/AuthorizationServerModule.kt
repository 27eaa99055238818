@file:JvmName("AuthorizationServerModule")

package io.github.latchkey.mcp.test

import io.github.latchkey.mcp.test.AuthorizationServer.Endpoint
import io.ktor.server.application.Application
import io.ktor.server.routing.Routing
import io.ktor.server.routing.route
import io.ktor.server.routing.routing
import kotlinx.coroutines.delay
import kotlinx.serialization.json.JsonObject

/** Serves [server]: its endpoints below the path of its issuer, its metadata at the well-known locations. */
public fun Application.authorizationServer(server: AuthorizationServer) {
    val path = server.options.issuerPath
    val authorization = AuthorizationEndpoint(server)
    val token = TokenEndpoint(server)
    routing {
        endpoint("$path/authorize", server, Endpoint.AUTHORIZATION) { request, origin ->
            authorization.handle(request, server.issuer(origin))
        }
        endpoint("$path/token", server, Endpoint.TOKEN) { request, origin -> token.handle(request, server.issuer(origin)) }
        endpoint("$path/device_authorization", server, Endpoint.DEVICE_AUTHORIZATION) { request, origin ->
            authorizeDevice(server, request, server.issuer(origin))
        }
        endpoint("$path/register", server, Endpoint.REGISTRATION) { request, _ -> register(server, request) }
        // All locations that a client might try, so that the wrong ones are recorded, too.
        listOf("$OAUTH_WELL_KNOWN/{path...}", "$OPENID_WELL_KNOWN/{path...}", path + OPENID_WELL_KNOWN).distinct().forEach {
            endpoint(it, server, Endpoint.METADATA) { request, origin -> metadata(server, request, server.issuer(origin)) }
        }
    }
}

private fun Routing.endpoint(
    path: String,
    server: AuthorizationServer,
    endpoint: Endpoint,
    answer: (request: RecordedRequest, origin: String) -> HttpReply.Whole,
) {
    route(path) {
        handle {
            val request = recordedRequest(call)
            server.record(endpoint, request)
            val scripted = server.script(endpoint).take()
            if (scripted != null) delay(scripted.delayMillis)
            val reply =
                if (scripted?.status ==
                    null
                ) {
                    answer(request, call.origin())
                } else {
                    HttpReply.Whole(scripted.status, null, scripted.body, scripted.headers)
                }
            send(call, reply, request)
        }
    }
}

private fun metadata(server: AuthorizationServer, request: RecordedRequest, issuer: String): HttpReply.Whole {
    val path = server.options.issuerPath
    val location = server.options.metadataLocations.firstOrNull { it.path(path) == request.path }
    // The root belongs to another issuer than ours, if ours has a path (RFC 8414 §3.1).
    if (path.isNotEmpty() && request.path in setOf(OAUTH_WELL_KNOWN, OPENID_WELL_KNOWN)) {
        server.addViolation("${request.line}: metadata of the root asked for an issuer with a path")
    }
    return when {
        location == null -> emptyReply(404)
        request.method != "GET" -> emptyReply(405, mapOf("Allow" to "GET"))
        else -> jsonReply(200, serverMetadata(server, issuer, isOpenId = location != ServerMetadataLocation.OAUTH))
    }
}

private fun register(server: AuthorizationServer, request: RecordedRequest): HttpReply.Whole =
    try {
        if (!server.options.isRegistrationOpen) throw OAuthFailure("access_denied", "registration is closed", status = 404)
        if (request.method != "POST") throw OAuthFailure("invalid_request", "not a POST", status = 405)
        if (mediaType(request.header("Content-Type").orEmpty()) != "application/json") refuse("invalid_client_metadata", "not JSON")
        val metadata = request.json as? JsonObject ?: refuse("invalid_client_metadata", "the body is not a JSON object")
        val registration = RegistrationRequest(metadata)
        val client = registration.toClient(server.options.authMethods, server.supportedGrants)
        server.register(client)
        if (registration.applicationType == null) server.addViolation("${request.line}: application_type is missing")
        jsonReply(201, registration.answer(client), mapOf("Cache-Control" to "no-store"))
    } catch (e: OAuthFailure) {
        server.note(request, e)
        jsonReply(e.status, e.body(), mapOf("Cache-Control" to "no-store"))
    }
