package io.github.latchkey.mcp.auth.internal.dpop

import io.github.latchkey.mcp.auth.internal.DpopCredentials
import io.github.latchkey.mcp.auth.internal.discovery.OAuthChallenge
import io.github.latchkey.mcp.transport.AuthorizationChallenge

/** Whether the proof was refused, and not the token: no reason to sign in (RFC 9449 §7.1, §9). */
internal fun AuthorizationChallenge.isForProof(): Boolean =
    status == 401 && used is DpopCredentials && OAuthChallenge.of(challenges).dpopError in setOf("use_dpop_nonce", "invalid_dpop_proof")

/** Whether the server has given a nonce that the refused proof did not have, and has not refused too many already. */
internal fun mayProveAgain(challenge: AuthorizationChallenge): Boolean {
    val used = challenge.used as? DpopCredentials ?: return false
    used.remember(challenge.headers["dpop-nonce"])
    return used.isNonceOutdated && challenge.proofsRefused() < MAX_PROOFS
}

/** How many challenges before this one were about a proof alone. */
internal fun AuthorizationChallenge.proofsRefused(): Int = generateSequence(previous) { it.previous }.count { it.isForProof() }

/** How often one request is proved anew: a nonce may run out between two requests, but not all the time. */
private const val MAX_PROOFS = 2
