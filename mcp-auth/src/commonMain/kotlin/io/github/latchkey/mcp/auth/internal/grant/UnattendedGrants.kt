package io.github.latchkey.mcp.auth.internal.grant

import io.github.latchkey.mcp.auth.AssertionSource
import io.github.latchkey.mcp.auth.AuthorizationGrant
import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.authorizationFailed
import io.github.latchkey.mcp.auth.internal.OAuthContext
import io.github.latchkey.mcp.auth.internal.SignedIn
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.discovery.Protection
import io.github.latchkey.mcp.auth.internal.fetch
import io.github.latchkey.mcp.auth.internal.registration.OAuthClient
import io.github.latchkey.mcp.auth.internal.token.TokenRequest

/** The program acts for itself (RFC 6749 §4.4; MCP extension OAuth Client Credentials). */
internal class ClientCredentialsGrant(
    private val tokens: TokenIssue,
) : GrantFlow {
    override suspend fun obtain(protection: Protection, scopes: List<String>, mayAsk: Boolean): SignedIn {
        val client = tokens.context.unattendedClient(protection.server)
        return tokens.obtain(protection, client, TokenRequest.clientCredentials(protection.resource, scopes), scopes)
    }
}

/** The JWT of the workload is the grant (RFC 7523 §2.1; MCP extension Workload Identity Federation). Asked for once: a refusal stands. */
internal class WorkloadIdentityGrant(
    private val tokens: TokenIssue,
    private val assertions: AssertionSource,
) : GrantFlow {
    override suspend fun obtain(protection: Protection, scopes: List<String>, mayAsk: Boolean): SignedIn {
        val client = tokens.context.unattendedClient(protection.server)
        val assertion = assertions.fetch(AuthorizationStep.TOKEN, protection.server.issuer)
        return tokens.obtain(protection, client, TokenRequest.jwtBearer(assertion, protection.resource, scopes), scopes)
    }
}

/** The identity provider vouches for the person, and that is the grant (MCP extension Enterprise-Managed Authorization). */
internal class EnterpriseManagedGrant(
    private val tokens: TokenIssue,
) : GrantFlow {
    override suspend fun obtain(protection: Protection, scopes: List<String>, mayAsk: Boolean): SignedIn? {
        val client = tokens.context.unattendedClient(protection.server)
        val session = checkNotNull(tokens.context.identityProvider) { "no identity provider" }
        val idJag = session.findIdJag(tokens.http, protection, scopes, mayAsk) ?: return null
        return tokens.obtain(protection, client, TokenRequest.jwtBearer(idJag, protection.resource, scopes), scopes)
    }
}

/**
 * The client that the application brought along, for a grant that registers none. A given client, and an assertion that stands for one, is
 * shown to no other authorization server than its own; a metadata document and an ID-JAG, which names its audience, may go anywhere.
 */
internal suspend fun OAuthContext.unattendedClient(server: AuthorizationServer): OAuthClient {
    val isWorkload = options.grant is AuthorizationGrant.WorkloadIdentity
    val given = OAuthClient.given(options)
    val document = options.clientMetadataUrl?.takeIf { server.clientIdMetadataDocumentSupported }
    if (given != null || isWorkload) givenClient.require(server.issuer)
    return when {
        given != null -> given
        document != null -> OAuthClient.described(document, options.privateKeyJwt)
        isWorkload -> OAuthClient.unnamed()
        else -> throw noDocuments(server)
    }
}

private fun noDocuments(server: AuthorizationServer) =
    authorizationFailed(
        AuthorizationStep.REGISTRATION,
        server.issuer,
        "the authorization server ${server.issuer} takes no client metadata documents, and no client is configured",
        "register a client with the operator of the authorization server, and configure its client id",
        expected = "a client id",
    )
