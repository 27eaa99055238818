package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.test.AuthorizationServer
import io.github.latchkey.mcp.test.AuthorizationServer.Endpoint
import io.github.latchkey.mcp.test.AuthorizationServerBuilder
import io.github.latchkey.mcp.test.Consent
import io.github.latchkey.mcp.test.LoopbackServer
import io.github.latchkey.mcp.test.ProtectedMcpServer
import io.github.latchkey.mcp.test.Protection
import io.github.latchkey.mcp.test.RegisteredClient
import io.github.latchkey.mcp.test.SampleTools
import io.github.latchkey.mcp.test.ScriptedMcpServer
import io.github.latchkey.mcp.test.SigningKey
import io.github.latchkey.mcp.test.authorizationServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import java.nio.file.Files
import java.time.Instant

private const val JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
private const val TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
private const val DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"

/** Real servers, which verify every signature on their own, with the JDK. */
class GrantsOverSocketsTest : FunSpec({
    val key = SigningKey.generate()

    suspend fun <T> withServer(
        configure: AuthorizationServerBuilder.() -> Unit = {},
        protect: Protection.Builder.() -> Unit = {},
        block: suspend (ProtectedMcpServer) -> T,
    ): T {
        val server = SampleTools.addTo(ScriptedMcpServer.builder()).build()
        return ProtectedMcpServer
            .open(server, AuthorizationServer(configure)) {
                SampleTools.protect(this)
                protect()
            }.use { protected ->
                block(protected).also {
                    protected.server.violations.shouldBeEmpty()
                    protected.authorizationServer.violations.shouldBeEmpty()
                }
            }
    }

    fun authorizer(grant: AuthorizationGrant, configure: OAuthOptions.Builder.() -> Unit = {}) =
        OAuthAuthorizer(OAuthOptions.builder(grant).apply(configure).build())

    fun machine(method: String = "client_secret_basic") =
        if (method == "private_key_jwt") {
            RegisteredClient("me", tokenEndpointAuthMethod = method, grantTypes = listOf("client_credentials"), publicKey = key.publicKey)
        } else {
            RegisteredClient("me", clientSecret = "p&ss w:rd", tokenEndpointAuthMethod = method, grantTypes = listOf("client_credentials"))
        }

    context("client credentials") {
        withData("client_secret_basic", "client_secret_post", "private_key_jwt") { method ->
            withServer({
                registration(false)
                authMethods(method)
                client(machine(method))
            }) { protected ->
                val authorizer =
                    authorizer(AuthorizationGrant.clientCredentials()) {
                        if (method ==
                            "private_key_jwt"
                        ) {
                            client("me").privateKeyJwt(JwtSigners.fromPem(key.toPem()))
                        } else {
                            client("me", "p&ss w:rd")
                        }
                    }
                val caller = SocketCaller(authorizer, protected.url)
                coroutineScope { List(5) { async { caller.call() } }.awaitAll() } shouldBe List(5) { 200 }
                protected.authorizationServer.requests(Endpoint.TOKEN) shouldHaveSize 1
                protected.authorizationServer.expireAccessTokens()
                caller.call("erase", "{}") shouldBe 200
                protected.requestLines.filter { "authorize" in it || "register" in it }.shouldBeEmpty()
            }
        }
    }

    test("a workload whose assertion is read from its file each time") {
        withServer({ assertionKey(key.publicKey) }) { protected ->
            val file = Files.createTempFile("assertion", ".jwt")
            val write = { jti: String ->
                val claims = mapOf("iss" to "platform", "sub" to "pod", "aud" to protected.issuer, "jti" to jti)
                Files.writeString(file, key.sign(claims + ("exp" to Instant.now().epochSecond + 60)) + "\n")
            }
            write("1")
            val caller = SocketCaller(authorizer(AuthorizationGrant.workloadIdentity(AssertionSources.file(file))), protected.url)
            caller.call() shouldBe 200
            write("2")
            protected.authorizationServer.expireAccessTokens()
            caller.call() shouldBe 200
            val (first, second) = protected.authorizationServer.requests(Endpoint.TOKEN).map { it.form.getValue("assertion") }
            (first == second) shouldBe false
            Files.delete(file)
        }
    }

    test("a workload whose file is missing fails with its name, and asks nobody") {
        withServer({ assertionKey(key.publicKey) }) { protected ->
            val missing = Files.createTempDirectory("assertions").resolve("token")
            val caller = SocketCaller(authorizer(AuthorizationGrant.workloadIdentity(AssertionSources.file(missing))), protected.url)
            shouldThrow<AuthorizationFailedException> { caller.call() }.step shouldBe AuthorizationStep.TOKEN
            protected.authorizationServer.requests(Endpoint.TOKEN).shouldBeEmpty()
        }
    }

    test("a person of an enterprise signs in at its identity provider, and nowhere else") {
        val identityKey = SigningKey.generate()
        val provider =
            AuthorizationServer {
                identityProvider(identityKey)
                client(
                    RegisteredClient(
                        "app",
                        listOf("http://127.0.0.1/callback"),
                        grantTypes = listOf("authorization_code", "refresh_token", TOKEN_EXCHANGE),
                    ),
                )
            }
        LoopbackServer.start({ authorizationServer(provider) }).use { idp ->
            withServer({
                registration(false)
                assertionKey(identityKey.publicKey)
                client(RegisteredClient("me", clientSecret = "secret", grantTypes = listOf(JWT_BEARER)))
            }) { protected ->
                val prompt = LoopbackPrompt.builder().browser(FakeBrowser).build()
                val identityProvider = IdentityProvider.builder(idp.url).client("app").signIn(prompt).build()
                val caller =
                    SocketCaller(
                        authorizer(AuthorizationGrant.enterpriseManaged(identityProvider)) {
                            client("me", "secret")
                        },
                        protected.url,
                    )
                caller.call() shouldBe 200
                caller.call("erase", "{}") shouldBe 200
                provider.requests(Endpoint.AUTHORIZATION) shouldHaveSize 1
                provider.requests(Endpoint.TOKEN).map { it.form["grant_type"] } shouldBe
                    listOf("authorization_code", TOKEN_EXCHANGE, TOKEN_EXCHANGE)
                protected.authorizationServer.requests(Endpoint.AUTHORIZATION).shouldBeEmpty()
                provider.violations.shouldBeEmpty()
            }
        }
    }

    context("the device grant") {
        class Screen(private val onCode: suspend (DeviceAuthorization) -> Unit = {}) : DevicePrompt {
            override suspend fun show(authorization: DeviceAuthorization) = onCode(authorization)
        }

        test("the person decides on another device, a moment later") {
            withServer({
                deviceGrant()
                consent(Consent.LOGIN_PAGE)
            }) { protected ->
                val server = protected.authorizationServer
                val screen =
                    Screen {
                        // Recorded when it arrives: its answer must have been made before the person decides.
                        val first = server.awaitRequests(Endpoint.TOKEN, 1).first()
                        while (first.status == null) delay(1)
                        server.decideDevice(it.userCode, isApproved = true)
                    }
                SocketCaller(authorizer(AuthorizationGrant.device(screen)), protected.url).call() shouldBe 200
                server.requests(Endpoint.TOKEN).map { it.form["grant_type"] } shouldBe listOf(DEVICE_CODE, DEVICE_CODE)
            }
        }

        test("or against it") {
            withServer({
                deviceGrant()
                consent(Consent.DENY)
            }) { protected ->
                val caller = SocketCaller(authorizer(AuthorizationGrant.device(Screen())), protected.url)
                shouldThrow<AuthorizationFailedException> { caller.call() }.error shouldBe "access_denied"
            }
        }
    }

    context("DPoP") {
        fun person() = AuthorizationGrant.authorizationCode(LoopbackPrompt.builder().browser(FakeBrowser).build())

        class Case(val name: String, val server: AuthorizationServerBuilder.() -> Unit, val protect: Protection.Builder.() -> Unit)
        withData(
            nameFn = { it.name },
            Case("without nonces", { dpop("ES256") }, { asksForDpop(true) }),
            Case("with another algorithm", { dpop("ES384") }, { asksForDpop(true) }),
            Case("the authorization server wants nonces", {
                dpop("ES256")
                dpopNonces(uses = 100)
            }, { asksForDpop(true) }),
            Case("both want a nonce, each another", {
                dpop("ES256")
                dpopNonces(uses = 1)
            }, {
                asksForDpop(true)
                dpopNonces(uses = 1)
            }),
        ) { case ->
            withServer(case.server, case.protect) { protected ->
                val caller = SocketCaller(authorizer(person()), protected.url)
                caller.call() shouldBe 200
                caller.call() shouldBe 200
                caller.call("erase", "{}") shouldBe 200
                protected.authorizationServer.expireAccessTokens()
                caller.call() shouldBe 200
                val sent = protected.server.requests.mapNotNull { it.header("Authorization")?.substringBefore(' ') }
                sent.toSet() shouldBe setOf("DPoP")
                protected.authorizationServer.requests(Endpoint.AUTHORIZATION) shouldHaveSize 2
                protected.authorizationServer.requests(Endpoint.TOKEN).map { it.form["grant_type"] } shouldContain "refresh_token"
            }
        }

        test("nonces that come with the answers are used, so that only the first request is refused for one") {
            withServer({ dpop("ES256") }, {
                asksForDpop(true)
                dpopNonces(uses = 1)
            }) { protected ->
                val caller = SocketCaller(authorizer(person()), protected.url)
                repeat(4) { caller.call() shouldBe 200 }
                protected.server.requests.map { it.status } shouldBe listOf(401, 401, 200, 200, 200, 200)
            }
        }

        test("a machine with a key for itself and another for its tokens") {
            withServer({
                dpop("ES256")
                dpopNonces(uses = 1)
                authMethods("private_key_jwt")
                client(machine("private_key_jwt"))
            }) { protected ->
                val authorizer =
                    authorizer(AuthorizationGrant.clientCredentials()) {
                        client("me").privateKeyJwt(JwtSigners.fromPem(key.toPem())).dpop(Dpop.REQUIRED)
                    }
                SocketCaller(authorizer, protected.url).call() shouldBe 200
                // The second with a nonce, and with an assertion of its own.
                protected.authorizationServer.requests(Endpoint.TOKEN) shouldHaveSize 2
            }
        }
    }

    test("private_key_jwt for the authorization code, too (AUTH-45)") {
        val client =
            RegisteredClient(
                "me",
                listOf("http://127.0.0.1/callback"),
                tokenEndpointAuthMethod = "private_key_jwt",
                publicKey = key.publicKey,
            )
        withServer({
            authMethods("private_key_jwt")
            client(client)
        }) { protected ->
            val grant = AuthorizationGrant.authorizationCode(LoopbackPrompt.builder().browser(FakeBrowser).build())
            val caller = SocketCaller(authorizer(grant) { client("me").privateKeyJwt(JwtSigners.fromPem(key.toPem())) }, protected.url)
            caller.call() shouldBe 200
            protected.authorizationServer.expireAccessTokens()
            caller.call() shouldBe 200
            protected.authorizationServer.requests(Endpoint.TOKEN).map { it.form["grant_type"] } shouldBe
                listOf("authorization_code", "refresh_token")
        }
    }
})
