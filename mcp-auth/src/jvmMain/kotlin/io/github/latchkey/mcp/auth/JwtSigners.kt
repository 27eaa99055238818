package io.github.latchkey.mcp.auth

import com.nimbusds.jose.JOSEException
import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.JWSHeader
import com.nimbusds.jose.JWSObject
import com.nimbusds.jose.JWSSigner
import com.nimbusds.jose.Payload
import com.nimbusds.jose.crypto.ECDSASigner
import com.nimbusds.jose.crypto.RSASSASigner
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.JWK
import com.nimbusds.jose.jwk.RSAKey
import java.security.KeyPair
import java.security.PrivateKey
import java.security.PublicKey
import java.security.interfaces.ECPrivateKey
import java.security.interfaces.ECPublicKey
import java.security.interfaces.RSAPublicKey
import java.text.ParseException

/**
 * Keys that sign: `ES256`, `ES384` and `ES512` with elliptic curves, `RS256` to `RS512` and `PS256` to `PS512` with RSA. Ed25519 is not supported. All
 * functions throw [IllegalArgumentException] for a key that cannot be used, and never show it.
 */
public object JwtSigners {
    /**
     * The private key in [pem], in PKCS #8 (`BEGIN PRIVATE KEY`) and not encrypted. [algorithm] is the `alg`, null for the usual one of the key;
     * [keyId] the `kid`. An elliptic curve key in this form does not tell its public half, which DPoP needs.
     */
    @JvmStatic
    @JvmOverloads
    public fun fromPem(pem: String, algorithm: String? = null, keyId: String? = null): JwtSigner {
        val key = PemKey.parse(pem)
        return signerOf(key, PemKey.findPublicKey(key), algorithm, keyId)
    }

    /** The private key in [jwk], a JSON Web Key (RFC 7517). Its `alg` and `kid` count. */
    @JvmStatic
    public fun fromJwk(jwk: String): JwtSigner {
        val key =
            try {
                JWK.parse(jwk)
            } catch (expected: ParseException) {
                throw IllegalArgumentException("not a JSON Web Key of a known type")
            }
        require(key.isPrivate) { "the JSON Web Key has no private half" }
        val pair =
            try {
                when (key) {
                    is ECKey -> key.toKeyPair()
                    is RSAKey -> key.toKeyPair()
                    else -> throw IllegalArgumentException("a JSON Web Key of type ${key.keyType} is not supported")
                }
            } catch (expected: JOSEException) {
                throw IllegalArgumentException("the JSON Web Key cannot be used")
            }
        return signerOf(pair.private, pair.public, key.algorithm?.name, key.keyID)
    }

    /** The pair [keys], which may live in hardware (PKCS #11): only the private key's own provider sees it. */
    @JvmStatic
    @JvmOverloads
    public fun ofKeyPair(keys: KeyPair, algorithm: String? = null, keyId: String? = null): JwtSigner =
        signerOf(keys.private, keys.public, algorithm, keyId)

    private fun signerOf(key: PrivateKey, publicKey: PublicKey?, algorithm: String?, keyId: String?): JwtSigner {
        val (signer, usual) = joseSigner(key, publicKey)
        val alg = algorithm?.let(JWSAlgorithm::parse) ?: usual
        require(alg in signer.supportedJWSAlgorithms()) { "the key cannot sign with $alg" }
        return JoseSigner(signer, alg, keyId, publicKey?.let(::jwkOf))
    }

    private fun joseSigner(key: PrivateKey, publicKey: PublicKey?): Pair<JWSSigner, JWSAlgorithm> =
        try {
            when (key.algorithm) {
                "EC" -> {
                    val curve = curveOf(key, publicKey)
                    val algorithm = requireNotNull(CURVES[curve]) { "the key's curve is not supported" }
                    ECDSASigner(key, curve) to algorithm
                }

                "RSA" -> RSASSASigner(key) to JWSAlgorithm.RS256

                else -> throw IllegalArgumentException("a key of type ${key.algorithm} is not supported")
            }
        } catch (expected: JOSEException) {
            throw IllegalArgumentException("the key cannot be used: its type or its size is not supported")
        }

    private fun curveOf(key: PrivateKey, publicKey: PublicKey?): Curve? =
        Curve.forECParameterSpec((key as? ECPrivateKey)?.params ?: (publicKey as? ECPublicKey)?.params)

    private fun jwkOf(publicKey: PublicKey): String? =
        when (publicKey) {
            is ECPublicKey -> ECKey.Builder(Curve.forECParameterSpec(publicKey.params), publicKey).build().toJSONString()
            is RSAPublicKey -> RSAKey.Builder(publicKey).build().toJSONString()
            else -> null
        }

    private val CURVES = mapOf(Curve.P_256 to JWSAlgorithm.ES256, Curve.P_384 to JWSAlgorithm.ES384, Curve.P_521 to JWSAlgorithm.ES512)
}

private class JoseSigner(
    private val signer: JWSSigner,
    private val jwsAlgorithm: JWSAlgorithm,
    override val keyId: String?,
    override val publicJwk: String?,
) : JwtSigner {
    override val algorithm: String get() = jwsAlgorithm.name

    override suspend fun sign(header: String, claims: String): String {
        val jws = JWSObject(JWSHeader.parse(header), Payload(claims))
        jws.sign(signer)
        return jws.serialize()
    }

    override fun toString(): String = "JwtSigner($algorithm, keyId=$keyId)"
}
