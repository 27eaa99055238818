package io.github.latchkey.mcp.auth.internal.dpop

import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.Dpop
import io.github.latchkey.mcp.auth.OAuthCrypto
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.auth.authorizationFailed
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.discovery.OAuthChallenge
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock

/** The keys of one authorizer: the one it was given, or a new one for each authorization server, so that no two can tell that they know the same client. */
internal class DpopKeys(
    private val options: OAuthOptions,
    private val crypto: OAuthCrypto,
) {
    private val given = options.dpopKey?.let { DpopProver(it, crypto, options.clock) }
    private val mutex = Mutex() // guards made
    private val made = HashMap<String, DpopProver>()

    /** What proves possession to [server] and, later, to the MCP server that sent [challenge]; null for bearer tokens. */
    suspend fun proverFor(server: AuthorizationServer, challenge: OAuthChallenge): DpopProver? {
        val isWanted =
            when (options.dpop) {
                Dpop.OFF -> false
                Dpop.WHEN_CHALLENGED -> challenge.isDpop
                Dpop.WHEN_SUPPORTED, Dpop.REQUIRED -> true
            }
        if (!isWanted) return null
        val prover = prover(server, usableAlgorithms(server.dpopSigningAlgValuesSupported.orEmpty(), challenge.dpopAlgorithms))
        if (prover == null && options.dpop == Dpop.REQUIRED) throw notSupported(server)
        return prover
    }

    /** The same for a token that is bound already; null if its key is gone. */
    suspend fun proverOf(thumbprint: String): DpopProver? =
        mutex.withLock { listOfNotNull(given) + made.values }.firstOrNull { it.thumbprint == thumbprint }

    private suspend fun prover(server: AuthorizationServer, algorithms: List<String>): DpopProver? {
        if (given != null) return given.takeIf { it.algorithm in algorithms }
        return mutex.withLock {
            made[server.issuer]?.takeIf { it.algorithm in algorithms }
                ?: crypto.newSigner(algorithms)?.let { DpopProver(it, crypto, options.clock) }?.also { made[server.issuer] = it }
        }
    }

    private fun notSupported(server: AuthorizationServer) =
        authorizationFailed(
            AuthorizationStep.SERVER_METADATA,
            server.issuer,
            "the authorization server ${server.issuer} does not support DPoP with a usable algorithm",
            "do not require DPoP here, or ask the operator of the authorization server to support it",
            expected = "dpop_signing_alg_values_supported with " + (given?.algorithm ?: ALGORITHMS.first()),
        )
}

/** Those that both servers take, the best first. [resourceServer] is empty if the challenge names none (RFC 9449 §7.1). Never `none`, nor a shared secret. */
internal fun usableAlgorithms(authorizationServer: List<String>, resourceServer: List<String>): List<String> =
    ALGORITHMS.filter { it in authorizationServer && (resourceServer.isEmpty() || it in resourceServer) }

private val ALGORITHMS = listOf("ES256", "ES384", "ES512", "PS256", "RS256", "PS384", "RS384", "PS512", "RS512", "Ed25519", "EdDSA")
