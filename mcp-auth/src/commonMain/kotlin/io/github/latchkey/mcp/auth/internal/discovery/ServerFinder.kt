package io.github.latchkey.mcp.auth.internal.discovery

import io.github.latchkey.mcp.UnreachableException
import io.github.latchkey.mcp.auth.AuthorizationStep.RESOURCE_METADATA
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.auth.authorizationFailed
import io.github.latchkey.mcp.auth.internal.registration.ClientChoice
import io.github.latchkey.mcp.auth.internal.registration.chooseClient
import io.github.latchkey.mcp.auth.internal.registration.noRegistration

/** Picks one of the authorization servers that protect an MCP server; RFC 9728 §7.6 leaves to the client which. */
internal class ServerFinder(
    private val options: OAuthOptions,
    private val servers: ServerMetadata,
) {
    suspend fun get(issuers: List<String>): AuthorizationServer {
        if (issuers.size == 1) return servers.get(issuers.single())
        options.serverChoice?.let { return servers.get(requireOneOf(issuers, it.choose(issuers))) }
        if (options.clientIssuer in issuers) return servers.get(options.clientIssuer.orEmpty())
        val (registered, others) = issuers.partition { options.tokenStore.findRegistration(it) != null }
        return firstUsable(registered + others)
    }

    private fun requireOneOf(issuers: List<String>, chosen: String): String {
        if (chosen in issuers) return chosen
        val message = "the choice among the authorization servers is none of them"
        throw authorizationFailed(RESOURCE_METADATA, null, message, "choose one of ${issuers.joinToString(" and ")}")
    }

    /** The first that is there and has a way to a client. What is wrong with a server that is there is a failure, and no reason to go on. */
    private suspend fun firstUsable(issuers: List<String>): AuthorizationServer {
        var failure: Exception? = null
        for (issuer in issuers) {
            val server =
                try {
                    servers.find(issuer)
                } catch (e: UnreachableException) {
                    failure = failure ?: e
                    continue
                }
            if (server != null && isUsable(server)) return server
            failure = failure ?: server?.let(::noRegistration) ?: servers.noMetadata(issuer)
        }
        throw failure ?: IllegalArgumentException("no issuers")
    }

    private suspend fun isUsable(server: AuthorizationServer): Boolean {
        if (options.grant.isUnattended) return true
        return chooseClient(
            options,
            server,
            options.tokenStore.findRegistration(server.issuer),
            options.clock.now(),
        ) !is ClientChoice.Impossible
    }
}
