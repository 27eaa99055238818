package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Clock
import java.util.function.BiPredicate

/** Tells what an access token stands for; null for one that is unknown, expired or revoked. */
public fun interface TokenIntrospector {
    /** Returns what [token] stands for. */
    public fun introspect(token: String): TokenInfo?
}

/**
 * What an access token stands for.
 *
 * @property clientId the client it was issued to.
 * @property scopes the scopes it has.
 * @property audience the resources it is good for; empty for any.
 * @property keyThumbprint the key it is bound to (RFC 9449 §6.1); null for a bearer token.
 */
public class TokenInfo
@JvmOverloads
constructor(
    public val clientId: String,
    scopes: Collection<String> = emptySet(),
    audience: Collection<String> = emptyList(),
    public val keyThumbprint: String? = null,
) {
    public val scopes: Set<String> = scopes.toSet()
    public val audience: List<String> = audience.toList()

    override fun toString(): String = "TokenInfo(clientId=$clientId, scopes=$scopes, audience=$audience)"
}

/**
 * Makes a [ScriptedMcpServer] an OAuth protected resource: which tokens it takes, which scopes it asks for, and what its
 * metadata says (RFC 9728; MCP, Authorization).
 */
public class Protection private constructor(builder: Builder) {
    internal val introspector = builder.introspector
    internal val authorizationServers = builder.authorizationServers.toList()
    internal val resource = builder.resource
    internal val scopesSupported = builder.scopesSupported?.toList()
    internal val challengeScopes = builder.challengeScopes?.toList()
    internal val baseScopes = builder.baseScopes.toSet()
    internal val methodScopes = builder.methodScopes.toMap()
    internal val toolScopes = builder.toolScopes.toMap()
    internal val openMethods = builder.openMethods.toSet()
    internal val isProtected = builder.isProtected
    internal val sendsChallenge = builder.sendsChallenge
    internal val metadataLocation = builder.metadataLocation
    internal val namesMetadata = builder.namesMetadata
    internal val resourceMetadataUrl = builder.resourceMetadataUrl
    internal val checksAudience = builder.checksAudience
    internal val challengeScheme = if (builder.asksForDpop) "DPoP" else "Bearer"
    internal val proofs = DpopProofs(setOf("ES256", "ES384", "RS256"), Clock.systemUTC(), builder.dpopNonceUses)

    /** The scopes that a request needs: those of every request, of its method, and of its tool. */
    internal fun requiredScopes(method: String?, tool: String?): Set<String> =
        baseScopes + methodScopes[method].orEmpty() + (if (method == "tools/call") toolScopes[tool].orEmpty() else emptySet())

    /** The protected resource metadata for the MCP endpoint [endpointUrl]. */
    internal fun metadata(endpointUrl: String): JsonObject =
        JsonObject(
            mapOf(
                "resource" to JsonPrimitive(resource ?: endpointUrl),
                "authorization_servers" to jsonStrings(authorizationServers),
                "bearer_methods_supported" to jsonStrings(listOf("header")),
            ),
        ).with("scopes_supported" to scopesSupported?.let(::jsonStrings))

    /** Where the protected resource metadata is found. */
    public enum class MetadataLocation {
        /** At the well-known location with the path of the endpoint inserted. */
        PATH,

        /** At the well-known location of the origin. */
        ROOT,

        /** Nowhere. */
        NONE,
    }

    /** Collects the options of a [Protection]; only [introspector] must be set. */
    public class Builder internal constructor() {
        internal var introspector: TokenIntrospector = TokenIntrospector { null }
        internal var authorizationServers: List<String> = emptyList()
        internal var resource: String? = null
        internal var scopesSupported: List<String>? = null
        internal var challengeScopes: List<String>? = null
        internal var baseScopes: List<String> = emptyList()
        internal val methodScopes = HashMap<String, List<String>>()
        internal val toolScopes = HashMap<String, List<String>>()
        internal var openMethods: List<String> = emptyList()
        internal var isProtected: BiPredicate<String, String?> = BiPredicate { _, _ -> true }
        internal var sendsChallenge = true
        internal var metadataLocation = MetadataLocation.PATH
        internal var namesMetadata = true
        internal var resourceMetadataUrl: String? = null
        internal var checksAudience = true
        internal var asksForDpop = false
        internal var dpopNonceUses: Int? = null

        /** Who tells what a token stands for. */
        public fun introspector(introspector: TokenIntrospector): Builder = apply { this.introspector = introspector }

        /** Takes the tokens in [tokens] and no others. */
        public fun acceptedTokens(tokens: Map<String, TokenInfo>): Builder = introspector(tokens.toMap()::get)

        /** The issuers that the metadata names. */
        public fun authorizationServers(vararg issuers: String): Builder = apply { authorizationServers = issuers.toList() }

        /** The `resource` of the metadata; by default the URL of the endpoint as the client addressed it. */
        public fun resource(resource: String): Builder = apply { this.resource = resource }

        /** The `scopes_supported` of the metadata; by default absent. */
        public fun scopesSupported(vararg scopes: String): Builder = apply { scopesSupported = scopes.toList() }

        /** The `scope` of a 401 challenge; by default what the refused request needs, and absent if that is nothing. */
        public fun challengeScopes(vararg scopes: String): Builder = apply { challengeScopes = scopes.toList() }

        /** The scopes that every request needs. */
        public fun requiredScopes(vararg scopes: String): Builder = apply { baseScopes = scopes.toList() }

        /** The scopes that JSON-RPC method [method] needs besides. */
        public fun methodScopes(method: String, vararg scopes: String): Builder = apply { methodScopes[method] = scopes.toList() }

        /** The scopes that calling [tool] needs besides. */
        public fun toolScopes(tool: String, vararg scopes: String): Builder = apply { toolScopes[tool] = scopes.toList() }

        /** The JSON-RPC methods that need no token. */
        public fun openMethods(vararg methods: String): Builder = apply { openMethods = methods.toList() }

        /**
         * Which requests need a token, by their HTTP method and the method of their JSON-RPC message, which is null for a GET, a DELETE and an answer; by
         * default all but the [openMethods].
         */
        public fun protects(isProtected: BiPredicate<String, String?>): Builder = apply { this.isProtected = isProtected }

        /** Whether a 401 or 403 carries `WWW-Authenticate`; it does by default, and must (RFC 9110 §11.6.1). */
        public fun sendsChallenge(sendsChallenge: Boolean): Builder = apply { this.sendsChallenge = sendsChallenge }

        /** Where the metadata is found. */
        public fun metadataLocation(location: MetadataLocation): Builder = apply { metadataLocation = location }

        /** Whether challenges carry `resource_metadata`; they do by default, where there is metadata. */
        public fun namesMetadata(namesMetadata: Boolean): Builder = apply { this.namesMetadata = namesMetadata }

        /** The `resource_metadata` of challenges, in place of the location in use. */
        public fun resourceMetadataUrl(url: String): Builder = apply { resourceMetadataUrl = url }

        /** Whether a token must have been issued for this resource; by default it must, if its audience is known. */
        public fun checksAudience(checksAudience: Boolean): Builder = apply { this.checksAudience = checksAudience }

        /** Challenges for bound tokens, with the scheme `DPoP` (RFC 9449 §7.1). Bearer tokens are taken all the same, if they are not bound. */
        public fun asksForDpop(asksForDpop: Boolean): Builder = apply { this.asksForDpop = asksForDpop }

        /** Wants a nonce in the proofs, and gives a new one with its answer when one was used [uses] times (RFC 9449 §9). */
        public fun dpopNonces(uses: Int): Builder = apply { dpopNonceUses = uses }

        /** Returns the protection. */
        public fun build(): Protection = Protection(this)
    }

    public companion object {
        /** A protection with the options set by [configure]. */
        @JvmSynthetic
        public operator fun invoke(configure: Builder.() -> Unit): Protection = Builder().apply(configure).build()

        /** A builder, for Java. */
        @JvmStatic
        public fun builder(): Builder = Builder()
    }
}

internal fun jsonStrings(values: Collection<String>): JsonArray = JsonArray(values.map(::JsonPrimitive))
