package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonObject
import java.time.Clock
import java.util.concurrent.ConcurrentHashMap
import kotlin.math.abs

/** Verifies proofs of possession for one server (RFC 9449 §4.3), and gives nonces if it wants them (§8, §9). */
internal class DpopProofs(
    private val algorithms: Collection<String>,
    private val clock: Clock,
    private val nonceUses: Int?,
) {
    private val seen = ConcurrentHashMap.newKeySet<String>()
    private val lock = Any() // guards nonce and usesLeft
    private var nonce = randomToken()
    private var usesLeft = nonceUses ?: 0

    /** The nonce to send with an answer; null if none is wanted. */
    val currentNonce: String? get() = if (nonceUses == null) null else synchronized(lock) { nonce }

    /** Whether nonces are wanted, and so may be missing at first. */
    val wantsNonces: Boolean get() = nonceUses != null

    /** Verifies the proof of [request], which went to [url] and, to a resource, carried [token]. */
    fun verify(request: RecordedRequest, url: String, token: String?): Outcome {
        val fields = request.headerValues("DPoP")
        if (fields.size != 1) return Outcome.Invalid(if (fields.isEmpty()) "no DPoP proof" else "several DPoP headers")
        val proof = JsonWebToken.parseOrNull(fields.single()) ?: return Outcome.Invalid("a DPoP proof that is no JWT")
        val jwk = JsonWebKey(proof.header["jwk"] as? JsonObject ?: return Outcome.Invalid("a DPoP proof without jwk"))
        val problem = problemOf(proof, jwk) ?: requestProblem(proof, request.method, url, token)
        return when {
            problem != null -> Outcome.Invalid(problem)
            !seen.add(proof.string("jti").orEmpty()) -> Outcome.Invalid("a DPoP proof that was used before")
            wantsNonces && !useNonce(proof.string("nonce")) -> Outcome.WantsNonce
            else -> Outcome.Valid(jwk.thumbprint())
        }
    }

    private fun problemOf(proof: JsonWebToken, jwk: JsonWebKey): String? {
        val key = jwk.toPublicKeyOrNull()
        val iat = proof.number("iat")
        return when {
            proof.header.string("typ") != "dpop+jwt" -> "a DPoP proof whose typ is not dpop+jwt"
            proof.header.string("alg") !in algorithms -> "a DPoP proof with an algorithm that is not supported"
            jwk.hasPrivateHalf -> "a DPoP proof that gives away the private key"
            key == null || !proof.isSignedBy(key) -> "a DPoP proof whose signature is wrong"
            proof.string("jti").isNullOrEmpty() -> "a DPoP proof without jti"
            iat == null || abs(clock.instant().epochSecond - iat) > MAX_AGE_SECONDS -> "a DPoP proof of another time"
            else -> null
        }
    }

    private fun requestProblem(proof: JsonWebToken, method: String, url: String, token: String?): String? =
        when {
            proof.string("htm") != method -> "a DPoP proof for another method"
            proof.string("htu") != url -> "a DPoP proof for another URL"
            proof.string("ath") != token?.let(::sha256Base64Url) -> "a DPoP proof for another token, or for none"
            else -> null
        }

    private fun useNonce(given: String?): Boolean =
        synchronized(lock) {
            val isCurrent = given == nonce
            if (isCurrent && --usesLeft == 0) {
                nonce = randomToken()
                usesLeft = nonceUses ?: 0
            }
            isCurrent
        }

    sealed interface Outcome {
        class Valid(val keyThumbprint: String) : Outcome

        object WantsNonce : Outcome

        class Invalid(val problem: String) : Outcome
    }

    private companion object {
        const val MAX_AGE_SECONDS = 60L
    }
}
