package io.github.latchkey.mcp.test

import java.util.concurrent.ConcurrentHashMap

/**
 * An OAuth 2.1 authorization server for tests: metadata, dynamic registration, the authorization code grant with PKCE,
 * refresh with rotation, client credentials, assertions as grants and as client authentication, the device grant, DPoP; with a key of its own it is an
 * identity provider. It keeps the rules and reports what a client does against them. Serve it with
 * `Application.authorizationServer`. Its issuer is the origin it is addressed by, with the configured path.
 *
 * Not supported: pushed requests; token requests of other
 * grants can be answered by a [GrantHandler]. Safe for use by several threads. It never prints a secret.
 */
public class AuthorizationServer internal constructor(internal val options: AuthorizationServerBuilder) : TokenIntrospector {
    internal val grants = Grants(options.clock)
    internal val deviceCodes = DeviceCodes(options.clock, options.deviceIntervalSeconds)
    internal val clientAssertions = ClientAssertions(options.clock)
    internal val proofs = DpopProofs(options.dpopAlgorithms, options.clock, options.dpopNonceUses)
    private val clients = ConcurrentHashMap<String, RegisteredClient>().apply { options.clients.forEach { put(it.clientId, it) } }
    private val recordedRequests = Endpoint.values().associateWith { Recording<RecordedRequest>("requests") }
    private val scripts = Endpoint.values().associateWith { AnswerScript() }
    private val recordedViolations = Recording<String>("violations")

    /** What happens at the authorization endpoint. Can be changed while it runs. */
    @Volatile
    public var consent: Consent = options.consent

    /** What clients did against the rules of OAuth, a sentence for each, without secrets. */
    public val violations: List<String> get() = recordedViolations.snapshot()

    /** The identifiers of the clients it knows. */
    public val clientIds: Set<String> get() = clients.keys.toSet()

    /** The issuer for clients that address it at [origin], as `http://127.0.0.1:8080`. */
    public fun issuer(origin: String): String = origin + options.issuerPath

    /** Every request to [endpoint] so far, in order. Forms and headers hold secrets: look, but do not print. */
    public fun requests(endpoint: Endpoint): List<RecordedRequest> = recordedRequests.getValue(endpoint).snapshot()

    /** Waits until [count] requests to [endpoint] have arrived, at most five seconds, then throws `AssertionError`. */
    @JvmSynthetic
    public suspend fun awaitRequests(endpoint: Endpoint, count: Int): List<RecordedRequest> =
        recordedRequests.getValue(endpoint).await(count)

    /** The same as `awaitRequests`, for Java: holds the calling thread. */
    public fun waitForRequests(endpoint: Endpoint, count: Int): List<RecordedRequest> = holdingTheThread { awaitRequests(endpoint, count) }

    /** Throws `AssertionError` if a client broke a rule. */
    public fun assertNoViolations() {
        if (violations.isNotEmpty()) throw AssertionError(violations.joinToString("\n", prefix = "violations:\n"))
    }

    /** What [token] stands for; null if it is unknown, expired or revoked. Use it as the introspector of a [Protection]. */
    override fun introspect(token: String): TokenInfo? = grants.introspect(token)

    /** Registers [client], as if it had been known from the beginning. */
    public fun register(client: RegisteredClient) {
        clients[client.clientId] = client
    }

    /** Forgets all clients: they get `invalid_client` from now on. */
    public fun forgetClients(): Unit = clients.clear()

    /** Ends all access tokens. Refresh tokens stay good. */
    public fun expireAccessTokens(): Unit = grants.expireAccessTokens()

    /** Revokes all refresh tokens. Access tokens stay good until they expire. */
    public fun revokeRefreshTokens(): Unit = grants.revokeRefreshTokens()

    /** The person enters [userCode] on another device, and consents or not. */
    public fun decideDevice(userCode: String, isApproved: Boolean): Unit = deviceCodes.decide(userCode, isApproved)

    /** Gives [answer] to the next request to [endpoint] instead of the server's own; several are given in order. */
    public fun answerNext(endpoint: Endpoint, answer: ScriptedAnswer): Unit = scripts.getValue(endpoint).add(answer)

    /** Gives [answer] to every request to [endpoint] from now on; null ends that. */
    public fun answerAlways(endpoint: Endpoint, answer: ScriptedAnswer?) {
        scripts.getValue(endpoint).always = answer
    }

    internal val supportedGrants: List<String>
        get() =
            BUILT_IN_GRANTS +
                listOfNotNull(
                    JWT_BEARER.takeIf { options.assertionKeys.isNotEmpty() },
                    TOKEN_EXCHANGE.takeIf { options.identityKey != null },
                    DEVICE_CODE.takeIf { options.isDeviceGrantOpen },
                ) + options.grants.keys

    internal fun script(endpoint: Endpoint): AnswerScript = scripts.getValue(endpoint)

    internal fun record(endpoint: Endpoint, request: RecordedRequest) = recordedRequests.getValue(endpoint).add(request)

    internal fun findClient(clientId: String): RegisteredClient? = clients[clientId]

    internal fun addViolation(sentence: String) = recordedViolations.add(sentence)

    /** Notes [failure] if it is the client's fault. */
    internal fun note(request: RecordedRequest, failure: OAuthFailure) {
        if (failure.isViolation) addViolation("${request.line}: ${failure.message}")
    }

    /** The endpoints of an authorization server. */
    public enum class Endpoint {
        /** Every well-known location of metadata, used or not. */
        METADATA,

        /** Dynamic client registration. */
        REGISTRATION,

        /** Where the person is sent. */
        AUTHORIZATION,

        /** Where tokens are issued. */
        TOKEN,

        /** Where device codes are issued. */
        DEVICE_AUTHORIZATION,
    }

    public companion object {
        /** A server with the options set by [configure]. */
        @JvmSynthetic
        public operator fun invoke(configure: AuthorizationServerBuilder.() -> Unit = {}): AuthorizationServer =
            AuthorizationServerBuilder().apply(configure).build()

        /** A builder, for Java. */
        @JvmStatic
        public fun builder(): AuthorizationServerBuilder = AuthorizationServerBuilder()
    }
}
