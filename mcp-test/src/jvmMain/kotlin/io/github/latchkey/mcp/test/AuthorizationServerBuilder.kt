package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonObject
import java.security.PublicKey
import java.time.Clock
import java.util.function.UnaryOperator

/** What happens at the authorization endpoint when the request is in order. */
public enum class Consent {
    /** It redirects at once, with a code. */
    APPROVE,

    /** It redirects at once, with `access_denied`. */
    DENY,

    /** It shows a page with a form that approves or denies. */
    LOGIN_PAGE,
}

/** The `iss` parameter of authorization responses (RFC 9207). */
public enum class IssParameter {
    /** The issuer. */
    CORRECT,

    /** Not sent. */
    ABSENT,

    /** Another server's issuer. */
    WRONG,

    /** The issuer with a slash more, which is not the issuer. */
    WITH_SLASH,
}

/** Where authorization server metadata can be found. */
public enum class ServerMetadataLocation {
    /** `/.well-known/oauth-authorization-server`, the issuer's path behind it (RFC 8414 §3). */
    OAUTH,

    /** `/.well-known/openid-configuration`, the issuer's path behind it. */
    OPENID_INSERTED,

    /** `/.well-known/openid-configuration` behind the issuer's path (OpenID Connect Discovery §4). */
    OPENID_APPENDED,
}

/** Answers a token request with a grant type that [AuthorizationServer] does not know, or in its place. */
public fun interface GrantHandler {
    /** Returns the token response; throws [OAuthFailure]. Client authentication is its own affair. */
    public fun handle(request: RecordedRequest): JsonObject
}

/** Collects the options of an [AuthorizationServer]. Every one has a default: open registration, consent given, strict checks. */
public class AuthorizationServerBuilder internal constructor() {
    internal var issuerPath = ""
    internal var metadataLocations = setOf(ServerMetadataLocation.OAUTH)
    internal var metadataTransform: UnaryOperator<JsonObject> = UnaryOperator.identity()
    internal var isRegistrationOpen = true
    internal val clients = ArrayList<RegisteredClient>()
    internal var advertisesClientMetadataDocuments = false
    internal var authMethods = listOf("none", "client_secret_basic", "client_secret_post")
    internal var consent = Consent.APPROVE
    internal var issParameter = IssParameter.CORRECT
    internal var advertisesIss = true
    internal var scopesSupported: List<String>? = null
    internal var grantedScopes: UnaryOperator<Set<String>> = UnaryOperator.identity()
    internal var resources: List<String> = emptyList()
    internal var requiresResource = true
    internal var requiresState = true
    internal var anyLoopbackPort = true
    internal var accessTokenSeconds = 3_600L
    internal var issuesRefreshTokens = true
    internal var rotatesRefreshTokens = true
    internal val grants = HashMap<String, GrantHandler>()
    internal var clock: Clock = Clock.systemUTC()
    internal val assertionKeys = ArrayList<PublicKey>()
    internal var identityKey: SigningKey? = null
    internal var isDeviceGrantOpen = false
    internal var deviceIntervalSeconds = 1L
    internal var dpopAlgorithms: List<String> = emptyList()
    internal var dpopNonceUses: Int? = null

    /** The path of the issuer, as `/tenant1`; by default none. */
    public fun issuerPath(path: String): AuthorizationServerBuilder =
        apply {
            require(path.isEmpty() || (path.startsWith("/") && !path.endsWith("/"))) { "issuerPath is not like /tenant1" }
            issuerPath = path
        }

    /** Where the metadata is found, any number of places; by default [ServerMetadataLocation.OAUTH] alone. */
    public fun metadataLocations(vararg locations: ServerMetadataLocation): AuthorizationServerBuilder =
        apply { metadataLocations = locations.toSet() }

    /** Changes the metadata before it is sent: another issuer, a member left out. */
    public fun metadata(transform: UnaryOperator<JsonObject>): AuthorizationServerBuilder = apply { metadataTransform = transform }

    /** Whether clients may register (RFC 7591); by default they may. */
    public fun registration(isOpen: Boolean): AuthorizationServerBuilder = apply { isRegistrationOpen = isOpen }

    /** Registers [client] beforehand. */
    public fun client(client: RegisteredClient): AuthorizationServerBuilder = apply { clients += client }

    /** Takes [url] as the `client_id` of a client metadata document with [redirectUris], not fetched; also advertises the feature. */
    public fun clientMetadataDocument(url: String, vararg redirectUris: String): AuthorizationServerBuilder =
        apply {
            advertisesClientMetadataDocuments = true
            clients += RegisteredClient(url, redirectUris.toList())
        }

    /** The `token_endpoint_auth_methods_supported`; the first is given to clients that register without asking for one. */
    public fun authMethods(vararg methods: String): AuthorizationServerBuilder =
        apply {
            require(methods.isNotEmpty()) { "authMethods is empty" }
            authMethods = methods.toList()
        }

    /** What happens at the authorization endpoint; by default a code is given at once. */
    public fun consent(consent: Consent): AuthorizationServerBuilder = apply { this.consent = consent }

    /** The `iss` parameter of authorization responses, and whether the metadata advertises it; by default correct and advertised. */
    public fun issParameter(issParameter: IssParameter, isAdvertised: Boolean): AuthorizationServerBuilder =
        apply {
            this.issParameter = issParameter
            advertisesIss = isAdvertised
        }

    /** The `scopes_supported`, others are refused; by default absent, and all are taken. */
    public fun scopesSupported(vararg scopes: String): AuthorizationServerBuilder = apply { scopesSupported = scopes.toList() }

    /** Turns the requested scopes into the granted ones; by default they are the same. */
    public fun grantedScopes(policy: UnaryOperator<Set<String>>): AuthorizationServerBuilder = apply { grantedScopes = policy }

    /** The resources it issues tokens for; by default any. */
    public fun resources(vararg resources: String): AuthorizationServerBuilder = apply { this.resources = resources.toList() }

    /** Whether `resource` (RFC 8707) must be sent; by default it must. */
    public fun requiresResource(requiresResource: Boolean): AuthorizationServerBuilder = apply { this.requiresResource = requiresResource }

    /** Whether `state` must be sent; by default it must. */
    public fun requiresState(requiresState: Boolean): AuthorizationServerBuilder = apply { this.requiresState = requiresState }

    /** Whether a loopback redirect URI matches with any port (RFC 8252 §7.3); by default it does. */
    public fun anyLoopbackPort(anyLoopbackPort: Boolean): AuthorizationServerBuilder = apply { this.anyLoopbackPort = anyLoopbackPort }

    /** How long access tokens last, an hour by default. */
    public fun accessTokenSeconds(seconds: Long): AuthorizationServerBuilder = apply { accessTokenSeconds = seconds }

    /** Whether refresh tokens are issued, and whether each use replaces them; both by default. */
    @JvmOverloads
    public fun refreshTokens(areIssued: Boolean, areRotated: Boolean = true): AuthorizationServerBuilder =
        apply {
            issuesRefreshTokens = areIssued
            rotatesRefreshTokens = areRotated
        }

    /** Takes assertions that [key] signed for a grant (RFC 7523 §2.1): of a workload's platform, or ID-JAGs of an identity provider. */
    public fun assertionKey(key: PublicKey): AuthorizationServerBuilder = apply { assertionKeys += key }

    /**
     * Makes it an identity provider that signs with [key]: ID tokens for the scope `openid`, and ID-JAGs in exchange for them (RFC 8693). `resource` is
     * then not wanted where people sign in.
     */
    public fun identityProvider(key: SigningKey): AuthorizationServerBuilder =
        apply {
            identityKey = key
            requiresResource = false
        }

    /**
     * Offers the device grant, with [intervalSeconds] between two questions. The person decides as [consent] says; with [Consent.LOGIN_PAGE] they
     * decide by [AuthorizationServer.decideDevice].
     */
    @JvmOverloads
    public fun deviceGrant(intervalSeconds: Long = 1): AuthorizationServerBuilder =
        apply {
            isDeviceGrantOpen = true
            deviceIntervalSeconds = intervalSeconds
        }

    /** Binds tokens to the key of a DPoP proof, where there is one (RFC 9449); [algorithms] are those it takes, `ES256`, `ES384` and `RS256` at most. */
    public fun dpop(vararg algorithms: String): AuthorizationServerBuilder = apply { dpopAlgorithms = algorithms.toList() }

    /** Wants a nonce in the proofs, and gives a new one with its answer when one was used [uses] times (RFC 9449 §8). */
    public fun dpopNonces(uses: Int): AuthorizationServerBuilder = apply { dpopNonceUses = uses }

    /** Answers token requests with [grantType] by [handler]. */
    public fun grant(grantType: String, handler: GrantHandler): AuthorizationServerBuilder = apply { grants[grantType] = handler }

    /** What time it is for codes and tokens. */
    public fun clock(clock: Clock): AuthorizationServerBuilder = apply { this.clock = clock }

    /** Returns the server, which keeps this builder: a second server needs another. */
    public fun build(): AuthorizationServer = AuthorizationServer(this)
}
