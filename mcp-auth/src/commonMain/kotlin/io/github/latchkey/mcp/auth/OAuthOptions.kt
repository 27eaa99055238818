package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.auth.internal.registration.requireClientMetadataUrl
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import kotlin.jvm.JvmStatic
import kotlin.time.Clock

/** What an [OAuthAuthorizer] is to know of the application. Immutable; made by a [Builder]. */
public class OAuthOptions private constructor(
    builder: Builder,
) {
    /** How the first token is come by. */
    public val grant: AuthorizationGrant = builder.grant

    /** Where the person is; for other grants than the authorization code nobody is there. */
    public val prompt: AuthorizationPrompt = (builder.grant as? AuthorizationGrant.Code)?.prompt ?: NonInteractivePrompt

    /** What the person is told who asks. */
    public val clientName: String = builder.clientName

    /** A client that is registered already, or null. */
    public val clientId: String? = builder.clientId

    /** The secret of [clientId], null if it has none. */
    public val clientSecret: ClientSecret? = builder.clientSecret

    /** The only authorization server that [clientId] belongs to; null binds it to the first one it is used with. */
    public val clientIssuer: String? = builder.clientIssuer

    /** How [clientId] authenticates at the token endpoint, null to choose by what the server supports. */
    public val tokenEndpointAuthMethod: String? = builder.tokenEndpointAuthMethod

    /** What signs the assertions by which the client authenticates, or null. */
    public val privateKeyJwt: JwtSigner? = builder.privateKeyJwt

    /** What the `aud` of such an assertion names. */
    public val assertionAudience: AssertionAudience = builder.assertionAudience

    /** Whether tokens are bound to a key. */
    public val dpop: Dpop = builder.dpop

    /** The key to bind tokens to; null for a new one that lives as long as the authorizer. */
    public val dpopKey: JwtSigner? = builder.dpopKey

    /** The client id metadata document of the application, or null. */
    public val clientMetadataUrl: String? = builder.clientMetadataUrl

    /** The scopes to ask for at first; empty to ask for those that the server names. */
    public val scopes: List<String> = builder.scopes.toList()

    /** How exactly the `resource` of the metadata must be the MCP server's URL. */
    public val resourceMatch: ResourceMatch = builder.resourceMatch

    /** The authorization server, whatever the MCP server says; null to believe it. */
    public val issuer: String? = builder.issuer

    /** What chooses among several authorization servers, or null. */
    public val serverChoice: ServerChoice? = builder.serverChoice

    /** The value of the `resource` parameter, whatever the MCP server says; null to believe it. */
    public val resource: String? = builder.resource

    /** Whether the MCP server's resource metadata are asked for. */
    public val usesResourceMetadata: Boolean = builder.usesResourceMetadata

    /** Who is asked before more scopes are asked for; null if nobody is. */
    public val stepUpApproval: StepUpApproval? = builder.stepUpApproval

    /** `native` or `web`, for a dynamic registration. */
    public val applicationType: String = builder.applicationType

    /** Where tokens and registrations are kept. */
    public val tokenStore: TokenStore = builder.tokenStore

    /** How long a person is waited for, in milliseconds. */
    public val promptTimeoutMillis: Long = builder.promptTimeoutMillis

    /** What tells whether a token has expired. */
    public val clock: Clock = builder.clock

    /** How long before its end a token is refreshed, in seconds; at most a fifth of its life. */
    public val refreshAheadSeconds: Long = builder.refreshAheadSeconds

    /** Which of the URLs that servers supply are used. */
    public val urlPolicy: UrlPolicy = builder.urlPolicy

    override fun toString(): String = "OAuthOptions(clientName=$clientName, clientId=$clientId, scopes=$scopes)"

    /** Not safe for use by several threads at once. */
    public class Builder internal constructor(
        internal val grant: AuthorizationGrant,
    ) {
        internal var clientName: String = "Latchkey"
        internal var clientId: String? = null
        internal var clientSecret: ClientSecret? = null
        internal var clientIssuer: String? = null
        internal var tokenEndpointAuthMethod: String? = null
        internal var privateKeyJwt: JwtSigner? = null
        internal var assertionAudience: AssertionAudience = AssertionAudience.ISSUER
        internal var dpop: Dpop = Dpop.WHEN_CHALLENGED
        internal var dpopKey: JwtSigner? = null
        internal var clientMetadataUrl: String? = null
        internal var scopes: List<String> = emptyList()
        internal var resourceMatch: ResourceMatch = ResourceMatch.PREFIX_FROM_CHALLENGE
        internal var issuer: String? = null
        internal var serverChoice: ServerChoice? = null
        internal var resource: String? = null
        internal var usesResourceMetadata: Boolean = true
        internal var stepUpApproval: StepUpApproval? = null
        internal var applicationType: String = "native"
        internal var tokenStore: TokenStore = MemoryTokenStore()
        internal var promptTimeoutMillis: Long = 300_000
        internal var clock: Clock = Clock.System
        internal var refreshAheadSeconds: Long = 60
        internal var urlPolicy: UrlPolicy = UrlPolicy.STANDARD

        /** The name that the person sees on the consent page. */
        public fun clientName(clientName: String): Builder = apply { this.clientName = clientName }

        /** A public client that is registered already. */
        public fun client(clientId: String): Builder = apply { this.clientId = clientId }

        /** A confidential client that is registered already. */
        public fun client(clientId: String, clientSecret: String): Builder =
            apply {
                this.clientId = clientId
                this.clientSecret = ClientSecret(clientSecret)
            }

        /** The issuer that registered the client: no other authorization server then gets to see it (MCP 2026-07-28, AS Binding). */
        public fun clientIssuer(clientIssuer: String): Builder = apply { this.clientIssuer = clientIssuer }

        /** `none`, `client_secret_basic`, `client_secret_post` or `private_key_jwt`, for a client that is registered already. */
        public fun tokenEndpointAuthMethod(method: String): Builder = apply { this.tokenEndpointAuthMethod = method }

        /**
         * The client authenticates with JWTs that [signer] signs: `private_key_jwt` (RFC 7523 §2.2). It is the one of [client], or the one that
         * [clientMetadataUrl] describes, whose document then has to say so.
         */
        public fun privateKeyJwt(signer: JwtSigner): Builder = apply { privateKeyJwt = signer }

        /** What the `aud` of such a JWT names; the issuer unless set. */
        public fun assertionAudience(audience: AssertionAudience): Builder = apply { assertionAudience = audience }

        /** Whether tokens are bound to a key; [Dpop.WHEN_CHALLENGED] unless set. */
        public fun dpop(dpop: Dpop): Builder = apply { this.dpop = dpop }

        /** The key to bind tokens to, so that those in a [tokenStore] can be used by another process. */
        public fun dpopKey(dpopKey: JwtSigner): Builder = apply { this.dpopKey = dpopKey }

        /** A client id metadata document: an `https` URL with a path. Used where the authorization server supports it. */
        public fun clientMetadataUrl(clientMetadataUrl: String): Builder = apply { this.clientMetadataUrl = clientMetadataUrl }

        /** Exactly the scopes to ask for at first; a server that later says `insufficient_scope` can still add its own. */
        public fun scopes(scopes: List<String>): Builder = apply { this.scopes = scopes.toList() }

        /** How exactly the `resource` of the metadata must be the MCP server's URL. */
        public fun resourceMatch(resourceMatch: ResourceMatch): Builder = apply { this.resourceMatch = resourceMatch }

        /**
         * The authorization server, for an MCP server that names none, or the wrong one. What it says of itself must still be of this very issuer.
         * It may be as close to this machine as it likes: the application has named it.
         */
        public fun issuer(issuer: String): Builder = apply { this.issuer = issuer }

        /** What chooses, where an MCP server has several authorization servers. */
        public fun serverChoice(serverChoice: ServerChoice): Builder = apply { this.serverChoice = serverChoice }

        /**
         * The `resource` that tokens are for (RFC 8707), for an MCP server whose authorization server knows it by another name. Resource metadata of
         * that name are believed, too. The tokens go to the MCP server all the same, and nowhere else.
         */
        public fun resource(resource: String): Builder = apply { this.resource = resource }

        /** Asks for no resource metadata, for an MCP server whose metadata are wrong: it then needs [issuer], or is taken for one of 2025-03-26. */
        public fun ignoreResourceMetadata(): Builder = apply { usesResourceMetadata = false }

        /** Who is asked before more scopes are asked for than were granted; nobody unless set. */
        public fun onStepUp(approval: StepUpApproval): Builder = apply { stepUpApproval = approval }

        /** `native`, the default, for what runs on a person's machine, or `web` (OpenID Connect Registration §2). */
        public fun applicationType(applicationType: String): Builder = apply { this.applicationType = applicationType }

        /** Where tokens and registrations are kept; in memory unless set. */
        public fun tokenStore(tokenStore: TokenStore): Builder = apply { this.tokenStore = tokenStore }

        /** How long a person is waited for; five minutes unless set. */
        public fun promptTimeoutMillis(millis: Long): Builder = apply { this.promptTimeoutMillis = millis }

        /** The clock; the system's unless set. */
        public fun clock(clock: Clock): Builder = apply { this.clock = clock }

        /** How long before its end a token is refreshed; 60 seconds unless set, 0 for never ahead. */
        public fun refreshAheadSeconds(seconds: Long): Builder = apply { this.refreshAheadSeconds = seconds }

        /** Which of the URLs that servers supply are used; [UrlPolicy.STANDARD] unless set. */
        public fun urlPolicy(urlPolicy: UrlPolicy): Builder = apply { this.urlPolicy = urlPolicy }

        /** Throws [IllegalArgumentException] that names the option which cannot be. */
        public fun build(): OAuthOptions {
            require(clientName.isNotBlank()) { "clientName is blank" }
            require(clientId?.isBlank() != true) { "clientId is blank" }
            require(applicationType == "native" || applicationType == "web") { "applicationType is neither native nor web" }
            require(scopes.all { it.isNotEmpty() && ' ' !in it }) { "scopes holds one that is empty or has a space" }
            require(promptTimeoutMillis > 0) { "promptTimeoutMillis is not positive" }
            require(refreshAheadSeconds >= 0) { "refreshAheadSeconds is negative" }
            clientMetadataUrl?.let(::requireClientMetadataUrl)
            requireOverrides()
            requireAuthMethod(tokenEndpointAuthMethod, clientSecret, privateKeyJwt)
            requireClient()
            require(dpopKey == null || dpopKey?.publicJwk != null) { "dpopKey does not tell its public key" }
            return OAuthOptions(this)
        }
    }

    public companion object {
        /** Options for an application whose person is behind [prompt]. */
        @JvmStatic
        public fun builder(prompt: AuthorizationPrompt): Builder = Builder(AuthorizationGrant.authorizationCode(prompt))

        /** Options for an application that gets its tokens by [grant]. */
        @JvmStatic
        public fun builder(grant: AuthorizationGrant): Builder = Builder(grant)
    }
}

private fun OAuthOptions.Builder.requireOverrides() {
    issuer?.let {
        val url = HttpUrl.parse(it)
        require(url != null && url.query == null && !url.hasFragment) { "issuer is not an absolute http(s) URL without a query" }
        require(clientIssuer == null || clientIssuer == it) { "issuer and clientIssuer differ" }
    }
    // An absolute URI without a fragment (RFC 8707 §2), not necessarily of a scheme that is known here.
    resource?.let {
        require(it.indexOf(':') > 0 && it.all { c -> c in '!'..'~' && c != '#' }) { "resource is not an absolute URI without a fragment" }
    }
}

private fun OAuthOptions.Builder.requireClient() {
    val isKnown = clientId != null || clientMetadataUrl != null
    require(privateKeyJwt == null || isKnown) { "privateKeyJwt needs client or clientMetadataUrl" }
    require(grant !is AuthorizationGrant.EnterpriseManaged || isKnown) { "client is missing: this grant registers none" }
    val isConfidential = isKnown && (clientSecret != null || privateKeyJwt != null)
    require(grant != AuthorizationGrant.ClientCredentials || isConfidential) { "a client with a secret or privateKeyJwt is missing" }
}

/** The method must be one that the client has something for. */
internal fun requireAuthMethod(method: String?, secret: ClientSecret?, signer: JwtSigner?) {
    require(method != "private_key_jwt" || signer != null) { "tokenEndpointAuthMethod is private_key_jwt, and privateKeyJwt is missing" }
    require(method !in setOf("client_secret_basic", "client_secret_post") || secret != null) { "tokenEndpointAuthMethod needs a secret" }
}

/** How exactly the `resource` of protected resource metadata must be the URL of the MCP server (RFC 9728 §3.3). Never another origin. */
public enum class ResourceMatch {
    /** Exactly, as the RFC has it. */
    EXACT,

    /** Exactly in a well-known document; in one that the server's challenge named, a prefix of the path will do, since deployed servers name their origin. */
    PREFIX_FROM_CHALLENGE,

    /** A prefix of the path will do in every document. */
    PREFIX,
}
