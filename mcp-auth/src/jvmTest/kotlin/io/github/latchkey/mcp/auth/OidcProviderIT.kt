package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.test.LoopbackServer
import io.github.latchkey.mcp.test.Protection
import io.github.latchkey.mcp.test.SampleTools
import io.github.latchkey.mcp.test.ScriptedMcpServer
import io.github.latchkey.mcp.test.mcpServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.Enabled
import io.kotest.core.test.config.DefaultTestConfig
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withContext
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** An authorization server that we have not written, in front of an MCP server that asks it what each token is worth. */
class OidcProviderIT : FunSpec({
    val why = OidcProvider.whyUnavailable
    if (why != null && System.getProperty("latchkey.ci").toBoolean()) throw AssertionError("oidc-provider was not tried: $why")
    defaultTestConfig = DefaultTestConfig(enabledOrReasonIf = { if (why == null) Enabled.enabled else Enabled.disabled("not tried: $why") })

    suspend fun withProvider(
        vararg options: String,
        protect: Protection.Builder.() -> Unit = {},
        block: suspend (provider: OidcProvider, url: String, server: ScriptedMcpServer) -> Unit,
    ) {
        val server = SampleTools.addTo(ScriptedMcpServer.builder()).build()
        LoopbackServer.start({ mcpServer(server) }).use { loopback ->
            val url = loopback.url + "/mcp"
            withContext(Dispatchers.IO) { OidcProvider.start(url, *options) }.use { provider ->
                server.protection =
                    Protection {
                        introspector(provider)
                        authorizationServers(provider.issuer)
                        SampleTools.protect(this)
                        protect()
                    }
                block(provider, url, server)
                server.violations.shouldBeEmpty()
            }
        }
    }

    fun person(provider: OidcProvider) = AuthorizationGrant.authorizationCode(LoopbackPrompt.builder().browser(provider.browser).build())

    fun options(
        grant: AuthorizationGrant,
        configure: OAuthOptions.Builder.() -> Unit = {
        },
    ) = OAuthOptions.builder(grant).apply(configure).build()

    /** The only grant in [store]. */
    suspend fun grantOf(store: TokenStore, url: String): Pair<GrantKey, Grant> =
        store.findGrantKey(url, null)!!.let { it to store.findGrant(it)!! }

    /** Makes the token look spent, as if an hour had passed. */
    suspend fun expire(store: TokenStore, url: String) {
        val (key, grant) = grantOf(store, url)
        store.updateGrant(key) {
            Grant(
                AccessToken("spent", null),
                grant.refreshToken,
                grant.requestedScopes,
                grant.grantedScopes,
                grant.obtainedAt,
                grant.keyThumbprint,
            )
        }
    }

    test("registration, authorization code with PKCE, and a refresh token that is rotated") {
        withProvider { provider, url, _ ->
            val store = MemoryTokenStore()
            SocketCaller(OAuthAuthorizer(options(person(provider)) { tokenStore(store) }), url).call() shouldBe 200
            val first = grantOf(store, url).second.refreshToken?.value
            expire(store, url)
            // Another process, where nobody can be asked.
            val other = OAuthAuthorizer(options(AuthorizationGrant.authorizationCode(NonInteractivePrompt)) { tokenStore(store) })
            SocketCaller(other, url).call() shouldBe 200
            grantOf(store, url).second.refreshToken?.value shouldNotBe first
        }
    }

    test("a step-up") {
        withProvider { provider, url, _ ->
            val store = MemoryTokenStore()
            val caller = SocketCaller(OAuthAuthorizer(options(person(provider)) { tokenStore(store) }), url)
            caller.call() shouldBe 200
            grantOf(store, url).second.grantedScopes shouldBe listOf("tools:read")
            caller.call("erase", "{}") shouldBe 200
            grantOf(store, url).second.grantedScopes shouldContainExactlyInAnyOrder listOf("tools:read", "tools:write")
        }
    }

    test("tokens that last two seconds, and ten callers at once: every refresh token is used once") {
        withProvider("short-tokens") { provider, url, _ ->
            val pages = AtomicInteger()
            val counting = BrowserLauncher {
                pages.incrementAndGet()
                provider.browser.open(it)
            }
            val store = MemoryTokenStore()
            val grant = AuthorizationGrant.authorizationCode(LoopbackPrompt.builder().browser(counting).build())
            val caller = SocketCaller(OAuthAuthorizer(options(grant) { tokenStore(store) }), url)
            val refreshTokens = LinkedHashSet<String?>()
            val start = TimeSource.Monotonic.markNow()
            while (start.elapsedNow() < 7.seconds) {
                coroutineScope { List(10) { async { caller.call() } }.awaitAll() } shouldBe List(10) { 200 }
                refreshTokens += grantOf(store, url).second.refreshToken?.value
            }
            pages.get() shouldBe 1
            refreshTokens.size shouldBeGreaterThan 3
            withContext(Dispatchers.IO) { provider.revokedGrants() } shouldBe 0
        }
    }

    test("a refresh token that somebody has used before us ends the grant, and the person is asked again") {
        withProvider { provider, url, _ ->
            val store = MemoryTokenStore()
            SocketCaller(OAuthAuthorizer(options(person(provider)) { tokenStore(store) }), url).call() shouldBe 200
            val (key, stolen) = grantOf(store, url)
            expire(store, url)
            val thief = MemoryTokenStore()
            store.findRegistration(provider.issuer)?.let { thief.saveRegistration(it) }
            thief.updateGrant(key) { grantOf(store, url).second }
            thief.saveGrantKey(url, key)
            SocketCaller(OAuthAuthorizer(options(person(provider)) { tokenStore(thief) }), url).call() shouldBe 200
            withContext(Dispatchers.IO) { provider.revokedGrants() } shouldBe 0

            val nobody = OAuthAuthorizer(options(AuthorizationGrant.authorizationCode(NonInteractivePrompt)) { tokenStore(store) })
            val failure = shouldThrow<AuthorizationFailedException> { SocketCaller(nobody, url).call() }
            failure.step shouldBe AuthorizationStep.AUTHORIZATION
            withContext(Dispatchers.IO) { provider.revokedGrants() } shouldBe 1
            grantOf(store, url).second.refreshToken shouldBe null

            SocketCaller(OAuthAuthorizer(options(person(provider)) { tokenStore(store) }), url).call() shouldBe 200
            grantOf(store, url).second.refreshToken?.value shouldNotBe stolen.refreshToken?.value
        }
    }

    test("a person who refuses") {
        withProvider("deny") { provider, url, _ ->
            val store = MemoryTokenStore()
            val failure =
                shouldThrow<AuthorizationFailedException> {
                    SocketCaller(OAuthAuthorizer(options(person(provider)) { tokenStore(store) }), url).call()
                }
            failure.error shouldBe "access_denied"
            failure.step shouldBe AuthorizationStep.AUTHORIZATION
            store.findGrantKey(url, null) shouldBe null
        }
    }

    test("no iss in the answers") {
        withProvider("no-iss") { provider, url, _ ->
            val redirects = CopyOnWriteArrayList<String>()
            val watching =
                object : AuthorizationPrompt {
                    val loopback = LoopbackPrompt.builder().browser(provider.browser).build()

                    override suspend fun prepare(registeredRedirectUris: List<String>): RedirectReceiver {
                        val receiver = loopback.prepare(registeredRedirectUris)
                        return object : RedirectReceiver by receiver {
                            override suspend fun authorize(url: AuthorizationUrl) = receiver.authorize(url).also { redirects += it }
                        }
                    }
                }
            SocketCaller(OAuthAuthorizer(options(AuthorizationGrant.authorizationCode(watching))), url).call() shouldBe 200
            redirects.single() shouldNotContain "iss="
        }
    }

    test("client credentials, with characters that need encoding") {
        withProvider { provider, url, _ ->
            val options =
                options(AuthorizationGrant.clientCredentials()) { client("machine", "machine:s&cret").clientIssuer(provider.issuer) }
            val caller = SocketCaller(OAuthAuthorizer(options), url)
            caller.call() shouldBe 200
            caller.call("erase", "{}") shouldBe 200
        }
    }

    test("the device grant") {
        withProvider { provider, url, _ ->
            val prompt =
                object : DevicePrompt {
                    override suspend fun show(authorization: DeviceAuthorization) =
                        withContext(Dispatchers.IO) { provider.approveDevice(authorization.userCode) }
                }
            SocketCaller(OAuthAuthorizer(options(AuthorizationGrant.device(prompt))), url).call() shouldBe 200
        }
    }

    test("DPoP with nonces: the code, the requests and the refresh") {
        withProvider("dpop-nonces", protect = {
            asksForDpop(true)
            dpopNonces(uses = 1)
        }) { provider, url, server ->
            val store = MemoryTokenStore()
            val crypto = JvmCrypto()
            val dpopKey = crypto.newSigner(listOf("ES256"))!!
            val configure: OAuthOptions.Builder.() -> Unit = { dpop(Dpop.REQUIRED).dpopKey(dpopKey).tokenStore(store) }
            val caller = SocketCaller(OAuthAuthorizer(options(person(provider), configure)), url)
            caller.call() shouldBe 200
            caller.call("erase", "{}") shouldBe 200
            expire(store, url)
            val other = OAuthAuthorizer(options(AuthorizationGrant.authorizationCode(NonInteractivePrompt), configure))
            SocketCaller(other, url).call() shouldBe 200
            server.requests.mapNotNull { it.header("Authorization")?.substringBefore(' ') }.toSet() shouldBe setOf("DPoP")
        }
    }

    test("DPoP for client credentials") {
        withProvider("dpop-nonces") { _, url, server ->
            val options = options(AuthorizationGrant.clientCredentials()) { client("machine", "machine:s&cret").dpop(Dpop.REQUIRED) }
            SocketCaller(OAuthAuthorizer(options), url).call() shouldBe 200
            server.requests.last().header("Authorization")?.startsWith("DPoP ") shouldBe true
        }
    }
})
