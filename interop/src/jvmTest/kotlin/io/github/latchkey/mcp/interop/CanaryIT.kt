package io.github.latchkey.mcp.interop

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.EraMemory
import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.McpSession
import io.github.latchkey.mcp.auth.AssertionSource
import io.github.latchkey.mcp.auth.AuthorizationGrant
import io.github.latchkey.mcp.auth.AuthorizationPrompt
import io.github.latchkey.mcp.auth.AuthorizationUrl
import io.github.latchkey.mcp.auth.DeviceAuthorization
import io.github.latchkey.mcp.auth.DevicePrompt
import io.github.latchkey.mcp.auth.Dpop
import io.github.latchkey.mcp.auth.FileTokenStore
import io.github.latchkey.mcp.auth.IdentityProvider
import io.github.latchkey.mcp.auth.JwtSigners
import io.github.latchkey.mcp.auth.LoopbackPrompt
import io.github.latchkey.mcp.auth.MemoryTokenStore
import io.github.latchkey.mcp.auth.NonInteractivePrompt
import io.github.latchkey.mcp.auth.OAuthAuthorizer
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.auth.RedirectReceiver
import io.github.latchkey.mcp.auth.SignIns
import io.github.latchkey.mcp.auth.TokenStore
import io.github.latchkey.mcp.auth.TokenStoreKey
import io.github.latchkey.mcp.http.HttpTransportOptions
import io.github.latchkey.mcp.http.StreamableHttpTransport
import io.github.latchkey.mcp.test.AuthorizationServer
import io.github.latchkey.mcp.test.AuthorizationServer.Endpoint
import io.github.latchkey.mcp.test.AuthorizationServerBuilder
import io.github.latchkey.mcp.test.Consent
import io.github.latchkey.mcp.test.LoopbackServer
import io.github.latchkey.mcp.test.ProtectedMcpServer
import io.github.latchkey.mcp.test.Protection
import io.github.latchkey.mcp.test.RecordedRequest
import io.github.latchkey.mcp.test.RegisteredClient
import io.github.latchkey.mcp.test.SampleTools
import io.github.latchkey.mcp.test.ScriptedAnswer
import io.github.latchkey.mcp.test.ScriptedMcpServer
import io.github.latchkey.mcp.test.SigningKey
import io.github.latchkey.mcp.test.authorizationServer
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.put
import java.net.URLEncoder
import java.nio.file.Files
import java.nio.file.Path
import java.time.Instant
import java.util.Base64

private const val JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
private const val TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
private const val CLIENT_SECRET = "cl13nt&s3cret of the app"

/**
 * Whole lives of sign-ins over sockets, with the failures of each step. Then each secret that went over the wire is looked for in everything that the
 * library let out (AUTH-83, AUTH-84, EXT-15).
 */
class CanaryIT : FunSpec({
    test("a person, a client secret, bound tokens and an encrypted store") {
        Canary(tempdir().toPath()).use { canary ->
            canary.withServer({
                dpop("ES256")
                dpopNonces(uses = 2)
                authMethods("client_secret_post")
                client(RegisteredClient("me", listOf("http://127.0.0.1/callback"), CLIENT_SECRET, "client_secret_post"))
            }, { asksForDpop(true).dpopNonces(uses = 2) }) { server ->
                val store = canary.store()
                val key = SigningKey.generate()
                val dpopKey = JwtSigners.ofKeyPair(key.keyPair)
                canary.secrets += linesOf(key.toPem())
                val options: OAuthOptions.Builder.() -> Unit =
                    { client("me", CLIENT_SECRET).dpop(Dpop.REQUIRED).dpopKey(dpopKey).tokenStore(store) }
                val person = { tampering: String -> AuthorizationGrant.authorizationCode(canary.person(tampering)) }
                val oauth = server.authorizationServer
                val failing: suspend (String) -> Unit = { canary.fails(server, person(it), options) }

                // Each step fails once.
                server.server.answerMetadata(ScriptedAnswer.html())
                failing("")
                server.server.answerMetadata(null)
                oauth.answerNext(Endpoint.METADATA, ScriptedAnswer.json(200, """{"issuer":"https://other.example"}"""))
                failing("")
                oauth.consent = Consent.DENY
                failing("")
                oauth.consent = Consent.APPROVE
                failing("&iss=https%3A%2F%2Fother.example")
                failing("&state=another")
                oauth.answerNext(
                    Endpoint.TOKEN,
                    ScriptedAnswer.json(400, """{"error":"invalid_client","error_description":"not $CLIENT_SECRET"}"""),
                )
                failing("")
                oauth.answerNext(Endpoint.TOKEN, ScriptedAnswer.json(200, """{"access_token":"cut-off-access-token","token_ty"""))
                failing("")
                oauth.answerNext(Endpoint.TOKEN, ScriptedAnswer.json(200, """{"access_token":"mac-access-token","token_type":"mac"}"""))
                failing("")
                canary.secrets += listOf("cut-off-access-token", "mac-access-token")

                canary.succeeds(server, person(""), options) { session ->
                    session.call("echo")
                    session.call("erase")
                    oauth.expireAccessTokens()
                    session.call("echo")
                    // The MCP server repeats what it was sent.
                    val sent = server.server.requests.last().header("Authorization").orEmpty()
                    for (status in listOf(400, 401, 403, 500)) {
                        server.server.answerNext(ScriptedAnswer.of(status, "text/plain", "what is $sent?"))
                        canary.trying { session.call("echo") }
                    }
                    oauth.expireAccessTokens()
                    oauth.answerNext(Endpoint.TOKEN, ScriptedAnswer.of(503, "text/plain", "later"))
                    canary.trying { session.call("echo") }
                    session.call("echo")
                }
                canary.remember(store, server.url)
                oauth.expireAccessTokens()
                oauth.revokeRefreshTokens()
                canary.fails(server, AuthorizationGrant.authorizationCode(NonInteractivePrompt), options)
                canary.withWrongKey(server.url)
            }
            canary.check(kinds = listOf("code", "code_verifier", "client_secret", "refresh_token", "DPoP", "proof"))
        }
    }

    test("machines") {
        val key = SigningKey.generate()
        Canary(tempdir().toPath()).use { canary ->
            canary.secrets += linesOf(key.toPem())
            val machine = { method: String ->
                if (method == "private_key_jwt") {
                    RegisteredClient(
                        "me",
                        tokenEndpointAuthMethod = method,
                        grantTypes = listOf("client_credentials"),
                        publicKey = key.publicKey,
                    )
                } else {
                    RegisteredClient(
                        "me",
                        clientSecret = CLIENT_SECRET,
                        tokenEndpointAuthMethod = method,
                        grantTypes = listOf("client_credentials"),
                    )
                }
            }
            for (method in listOf("private_key_jwt", "client_secret_basic", "client_secret_post")) {
                canary.withServer({ authMethods(method).client(machine(method)) }) { server ->
                    val options: OAuthOptions.Builder.() -> Unit = {
                        if (method ==
                            "private_key_jwt"
                        ) {
                            client("me").privateKeyJwt(JwtSigners.fromPem(key.toPem()))
                        } else {
                            client("me", CLIENT_SECRET)
                        }
                    }
                    canary.lives(server, AuthorizationGrant.clientCredentials(), options)
                }
            }
            canary.withServer({ assertionKey(key.publicKey) }) { server ->
                var count = 0
                val source = AssertionSource {
                    val claims = mapOf("iss" to "platform", "sub" to "pod", "aud" to server.issuer, "jti" to "${++count}")
                    key.sign(claims + ("exp" to Instant.now().epochSecond + 60))
                }
                canary.lives(server, AuthorizationGrant.workloadIdentity(source))
            }
            canary.check(kinds = listOf("client_assertion", "client_secret", "assertion", "Basic", "Bearer"))
        }
    }

    test("an enterprise's person, and one at another device") {
        val key = SigningKey.generate()
        Canary(tempdir().toPath()).use { canary ->
            val grants = listOf("authorization_code", "refresh_token", TOKEN_EXCHANGE)
            val provider =
                AuthorizationServer {
                    identityProvider(key)
                    client(RegisteredClient("app", listOf("http://127.0.0.1/callback"), grantTypes = grants))
                }
            LoopbackServer.start({ authorizationServer(provider) }).use { idp ->
                canary.withServer({
                    assertionKey(key.publicKey)
                    client(RegisteredClient("me", clientSecret = CLIENT_SECRET, grantTypes = listOf(JWT_BEARER)))
                }) { server ->
                    val identityProvider = IdentityProvider.builder(idp.url).client("app").signIn(canary.person()).build()
                    canary.outputs.add(identityProvider as Any)
                    canary.lives(server, AuthorizationGrant.enterpriseManaged(identityProvider), { client("me", CLIENT_SECRET) })
                    canary.learn(provider)
                }
            }
            canary.withServer({ deviceGrant() }) { server ->
                val screen =
                    object : DevicePrompt {
                        override suspend fun show(authorization: DeviceAuthorization) = Unit
                    }
                canary.lives(server, AuthorizationGrant.device(screen))
            }
            canary.check(kinds = listOf("subject_token", "assertion", "device_code", "refresh_token", "code_verifier"))
        }
    }
})

/** Collects outputs and secrets of some runs. */
private class Canary(private val folder: Path) : AutoCloseable {
    val outputs = Outputs()
    val secrets = LinkedHashSet<String>()
    private val kinds = HashSet<String>()
    private val storeKey = Base64.getEncoder().encodeToString(ByteArray(32) { (it * 7 + 1).toByte() })
    private val file get() = folder.resolve("own").resolve("tokens.json")

    init {
        secrets += listOf(CLIENT_SECRET, storeKey)
    }

    fun store(): TokenStore = FileTokenStore(file, TokenStoreKey.ofBase64(storeKey))

    suspend fun withServer(
        configure: AuthorizationServerBuilder.() -> Unit,
        protect: Protection.Builder.() -> Unit = {},
        block: suspend (ProtectedMcpServer) -> Unit,
    ) {
        val server = SampleTools.addTo(ScriptedMcpServer.builder()).build()
        val protected =
            ProtectedMcpServer.open(server, AuthorizationServer(configure)) {
                SampleTools.protect(this)
                protect()
            }
        protected.use {
            block(it)
            learn(it.authorizationServer)
            it.server.requests.forEach(::learn)
        }
    }

    /** Somebody who consents; [tampering] is what comes to the redirect's query on its way. */
    fun person(tampering: String = ""): AuthorizationPrompt {
        val loopback = LoopbackPrompt.builder().browser(ConsentingBrowser()).build()
        return object : AuthorizationPrompt {
            override suspend fun prepare(registeredRedirectUris: List<String>): RedirectReceiver {
                val receiver = loopback.prepare(registeredRedirectUris)
                return object : RedirectReceiver by receiver {
                    override suspend fun authorize(url: AuthorizationUrl): String {
                        outputs.add(url as Any)
                        val redirect = receiver.authorize(url)
                        Regex("[?&](?:code|state)=([^&]+)").findAll(redirect).forEach { secrets += it.groupValues[1] }
                        return tampered(redirect)
                    }

                    // Its own methods would not delegate the default ones.
                    override suspend fun report(failure: McpException?) = receiver.report(failure)
                }
            }

            private fun tampered(redirect: String): String {
                val name = tampering.removePrefix("&").substringBefore('=')
                return if (name.isEmpty()) redirect else redirect.replace(Regex("&$name=[^&]*"), "") + tampering
            }

            override fun toString() = "person"
        }
    }

    /** A sign-in, a step-up where there is one to be had, a renewal, and a refusal that quotes the request. */
    suspend fun lives(server: ProtectedMcpServer, grant: AuthorizationGrant, configure: OAuthOptions.Builder.() -> Unit = {}) {
        val store = MemoryTokenStore()
        val secret = OAuthOptions.builder(grant).apply(configure).build().clientSecret?.value
        succeeds(server, grant, { tokenStore(store).configure() }) { session ->
            session.call("echo")
            session.call("erase")
            server.authorizationServer.expireAccessTokens()
            session.call("echo")
            // What will be sent again, as it is and as it is sent.
            val last = server.authorizationServer.requests(Endpoint.TOKEN).last()
            val again =
                listOfNotNull(
                    secret,
                    last.header("Authorization"),
                    SignIns(store).find(server.url)?.let {
                        store.findGrant(it.key)?.refreshToken?.value
                    },
                )
            val quoted = JsonPrimitive(again.joinToString(" ") { it + " " + URLEncoder.encode(it, Charsets.UTF_8) })
            secrets += again
            server.authorizationServer.expireAccessTokens()
            server.authorizationServer.answerNext(
                Endpoint.TOKEN,
                ScriptedAnswer.json(400, """{"error":"invalid_request","error_description":$quoted}"""),
            )
            trying { session.call("echo") }
        }
    }

    suspend fun succeeds(
        server: ProtectedMcpServer,
        grant: AuthorizationGrant,
        configure: OAuthOptions.Builder.() -> Unit,
        block: suspend (McpSession) -> Unit,
    ) {
        val options = OAuthOptions.builder(grant).apply(configure).build()
        val authorizer = OAuthAuthorizer(options)
        val http = HttpTransportOptions { authorizer(authorizer).header("X-Api-Key", "ap1-key-of-the-transport") }
        secrets += "ap1-key-of-the-transport"
        val transport = StreamableHttpTransport(server.url, http)
        val client = ClientOptions.Builder().events { outputs.add(it) }.eraMemory(EraMemory()).build()
        McpClient.connect(transport, client) { session ->
            block(session)
            val keys = listOf(options.dpopKey, options.privateKeyJwt, options.clientSecret)
            (listOf(session, transport, http, client, options, grant, authorizer, options.tokenStore) + keys)
                .forEach { outputs.add(it) }
        }
    }

    suspend fun fails(server: ProtectedMcpServer, grant: AuthorizationGrant, configure: OAuthOptions.Builder.() -> Unit) {
        val failed = trying { succeeds(server, grant, configure) { it.call("echo") } }
        withClue("the run was to fail") { failed shouldBe true }
    }

    /** Whether [block] failed; what it threw is shown to everybody. */
    suspend fun trying(block: suspend () -> Unit): Boolean =
        try {
            block()
            false
        } catch (e: McpException) {
            outputs.add(e as Throwable)
            true
        }

    /** What [store] holds, and what it shows of it. */
    suspend fun remember(store: TokenStore, url: String) {
        val signIn = checkNotNull(SignIns(store).find(url))
        val grant = checkNotNull(store.findGrant(signIn.key))
        secrets += listOfNotNull(grant.accessToken.value, grant.refreshToken?.value)
        listOf(signIn, signIn.key, grant, grant.accessToken, grant.refreshToken, store, TokenStoreKey.ofBase64(storeKey)).forEach {
            outputs.add(it)
        }
        outputs.add(Files.readString(file) as Any) // encrypted
    }

    suspend fun withWrongKey(url: String) {
        for (key in listOf(null, TokenStoreKey.of(ByteArray(32)))) {
            trying { FileTokenStore(file, key).findGrantKey(url, null) } shouldBe true
        }
        try {
            TokenStoreKey.ofBase64("no key, but s3cret all the same")
        } catch (e: IllegalArgumentException) {
            outputs.add(e as Throwable)
        }
        secrets += "s3cret all the same"
    }

    /** The secrets of what clients sent to [server]. */
    fun learn(server: AuthorizationServer) = Endpoint.values().flatMap { server.requests(it) }.forEach(::learn)

    private fun learn(request: RecordedRequest) {
        for (name in SECRET_PARAMETERS) request.form[name]?.let { keep(name, it) }
        request.header("Authorization")?.let { field ->
            val (scheme, value) = field.split(' ', limit = 2)
            keep(scheme, value)
            if (scheme == "Basic") secrets += String(Base64.getDecoder().decode(value)).substringAfter(':')
        }
        request.header("DPoP")?.let { keep("proof", it) }
    }

    private fun keep(kind: String, secret: String) {
        kinds += kind
        secrets += secret
    }

    /** Nothing of all that was shown; [kinds] must have been among it, or the test looks for nothing. */
    fun check(kinds: List<String>) {
        this.kinds shouldContainAll kinds
        outputs.count shouldBeGreaterThan 50
        outputs.logLines shouldBeGreaterThan 10
        val shown = secrets.filter { it.length > 3 }.flatMap { secret -> outputs.showing(secret).map { "$secret\n    in $it" } }
        withClue(shown.joinToString("\n")) { shown.size shouldBe 0 }
    }

    override fun close() = outputs.close()

    private companion object {
        val SECRET_PARAMETERS =
            listOf(
                "code",
                "code_verifier",
                "client_secret",
                "refresh_token",
                "client_assertion",
                "assertion",
                "subject_token",
                "device_code",
            )
    }
}

private fun linesOf(pem: String) = pem.lines().filter { "-----" !in it && it.isNotBlank() }

private suspend fun McpSession.call(tool: String) {
    callTool(tool) { if (tool == "echo") put("text", "hello") }
}
