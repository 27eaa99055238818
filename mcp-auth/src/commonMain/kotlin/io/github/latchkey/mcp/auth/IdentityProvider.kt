package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import kotlin.jvm.JvmStatic

/**
 * The authorization server at which an enterprise's people sign in, and this application's client there. It turns what it knows of the
 * person into an ID-JAG for the authorization server of an MCP server (MCP extension Enterprise-Managed Authorization). Immutable; its [toString] leaves
 * out the secrets.
 */
public class IdentityProvider private constructor(
    builder: Builder,
) {
    /** Its issuer; the metadata are found from it. */
    public val issuer: String = builder.issuer

    /** This application's client there, as at its sign-on. */
    public val clientId: String = requireNotNull(builder.clientId)

    internal val clientSecret: ClientSecret? = builder.clientSecret
    internal val privateKeyJwt: JwtSigner? = builder.privateKeyJwt
    internal val tokenEndpointAuthMethod: String? = builder.tokenEndpointAuthMethod
    internal val subjectTokens: AssertionSource? = builder.subjectTokens
    internal val subjectTokenType: String = builder.subjectTokenType
    internal val prompt: AuthorizationPrompt = builder.prompt ?: NonInteractivePrompt
    internal val scopes: List<String> = builder.scopes.toList()

    override fun toString(): String = "IdentityProvider(issuer=$issuer, clientId=$clientId)"

    /** Not safe for use by several threads at once. */
    public class Builder internal constructor(
        internal val issuer: String,
    ) {
        internal var clientId: String? = null
        internal var clientSecret: ClientSecret? = null
        internal var privateKeyJwt: JwtSigner? = null
        internal var tokenEndpointAuthMethod: String? = null
        internal var subjectTokens: AssertionSource? = null
        internal var subjectTokenType: String = ID_TOKEN
        internal var prompt: AuthorizationPrompt? = null
        internal var scopes: List<String> = listOf("openid")

        /** A public client. */
        public fun client(clientId: String): Builder = apply { this.clientId = clientId }

        /** A confidential client. */
        public fun client(clientId: String, clientSecret: String): Builder =
            apply {
                this.clientId = clientId
                this.clientSecret = ClientSecret(clientSecret)
            }

        /** The client authenticates with JWTs that [signer] signs (RFC 7523 §2.2). */
        public fun privateKeyJwt(signer: JwtSigner): Builder = apply { privateKeyJwt = signer }

        /** `none`, `client_secret_basic`, `client_secret_post` or `private_key_jwt`; by the metadata unless set. */
        public fun tokenEndpointAuthMethod(method: String): Builder = apply { tokenEndpointAuthMethod = method }

        /** The person is signed in already: [idTokens] yields the ID token. */
        public fun idToken(idTokens: AssertionSource): Builder = subjectToken(ID_TOKEN, idTokens)

        /** The person is signed in already: [tokens] yields a token of [tokenType], such as `urn:ietf:params:oauth:token-type:saml2` (RFC 8693 §3). */
        public fun subjectToken(tokenType: String, tokens: AssertionSource): Builder =
            apply {
                subjectTokenType = tokenType
                subjectTokens = tokens
            }

        /** The person signs in with [prompt] when the first token is needed, once for all MCP servers (OpenID Connect Core §3.1). */
        public fun signIn(prompt: AuthorizationPrompt): Builder = apply { this.prompt = prompt }

        /** The scopes to sign in with; `openid` is among them in any case. */
        public fun scopes(scopes: List<String>): Builder = apply { this.scopes = (listOf("openid") + scopes).distinct() }

        /** Throws [IllegalArgumentException] that names the option which cannot be. */
        public fun build(): IdentityProvider {
            require(
                HttpUrl.parse(issuer)?.let {
                    it.query == null && !it.hasFragment
                } == true,
            ) { "issuer is not an absolute http(s) URL without a query" }
            require(!clientId.isNullOrBlank()) { "client is missing" }
            require((subjectTokens == null) != (prompt == null)) { "either idToken or signIn is needed, and not both" }
            requireAuthMethod(tokenEndpointAuthMethod, clientSecret, privateKeyJwt)
            return IdentityProvider(this)
        }
    }

    public companion object {
        internal const val ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"

        /** The identity provider [issuer]: the application's configuration names it, never a server. */
        @JvmStatic
        public fun builder(issuer: String): Builder = Builder(issuer)
    }
}
