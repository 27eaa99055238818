package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.UnreachableException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.test.runTest

/** What an application can say where a server gets it wrong, and whom it chooses among several. */
class OverridesTest : FunSpec({
    val second = "https://as2.example"

    fun listing(vararg issuers: String) =
        """{"resource":"$RESOURCE","authorization_servers":[${issuers.joinToString(",") { "\"$it\"" }}]}"""

    /** [World], with another authorization server that the person meets if they are sent there. */
    class TwoServers(configure: OAuthOptions.Builder.() -> Unit = {}) {
        val world = World(configure)
        val other = FakeOAuth(world.http, second)

        init {
            world.http.page(PRM, listing(ISSUER, second))
            world.approver = { if (it.endpoint.startsWith(second)) other.approve(it) else oauth.approve(it) }
        }

        /** The issuer that was signed in at. */
        suspend fun signInAt(): String {
            val caller = FakeCaller(world.authorizer, world.http) { token, _ ->
                if (token in world.oauth.tokens || token in other.tokens) null else 401 to null
            }
            caller.call() shouldBe 200
            return world.person.urls.last().endpoint.substringBefore("/authorize")
        }
    }

    context("of several authorization servers (AUTH-09, RFC 9728 §7.6)") {
        test("the first is taken, and the others are not even asked") {
            runTest {
                val servers = TwoServers()
                servers.signInAt() shouldBe ISSUER
                servers.world.http.urls.filter { it.startsWith(second) }.shouldBeEmpty()
            }
        }
        test("the first that registers clients, if the application has none") {
            runTest {
                val servers = TwoServers()
                servers.world.oauth.set("registration_endpoint", null)
                servers.signInAt() shouldBe second
            }
        }
        test("the first that is there") {
            runTest {
                val servers = TwoServers()
                servers.world.http.pages.remove("$ISSUER/.well-known/oauth-authorization-server")
                servers.signInAt() shouldBe second
            }
        }
        test("the first that can be reached") {
            runTest {
                val servers = TwoServers()
                servers.world.http.pages["$ISSUER/.well-known/oauth-authorization-server"] =
                    { throw UnreachableException("refused", FailureDetails(Phase.AUTHORIZE, it.url, "-"), null) }
                servers.signInAt() shouldBe second
            }
        }
        test("one where a client is registered already") {
            runTest {
                val servers = TwoServers()
                servers.world.store.saveRegistration(ClientRegistration(second, "known", null, null, null, listOf(REDIRECT_URI)))
                servers.signInAt() shouldBe second
            }
        }
        test("the one that the client belongs to") {
            runTest { TwoServers({ client("mine").clientIssuer(second) }).signInAt() shouldBe second }
        }
        test("the one that the application chooses") {
            runTest {
                val offered = mutableListOf<List<String>>()
                val servers = TwoServers({
                    serverChoice {
                        offered += it
                        it.last()
                    }
                })
                servers.signInAt() shouldBe second
                offered.single() shouldBe listOf(ISSUER, second)
            }
        }
        test("and no other than those") {
            runTest {
                val servers = TwoServers({ serverChoice { "https://evil.example" } })
                shouldThrow<AuthorizationFailedException> { servers.world.call() }.step shouldBe AuthorizationStep.RESOURCE_METADATA
                servers.world.http.requests shouldHaveSize 1
            }
        }
        test("the failure of the first is told if none can be used") {
            runTest {
                val servers = TwoServers()
                servers.world.oauth.set("registration_endpoint", null)
                servers.world.http.pages.remove("$second/.well-known/oauth-authorization-server")
                val failure = shouldThrow<AuthorizationFailedException> { servers.world.call() }
                listOf(failure.step, failure.url) shouldBe listOf(AuthorizationStep.REGISTRATION, ISSUER)
            }
        }
        test("one whose metadata are of another issuer is no reason to try the next (AUTH-17)") {
            runTest {
                val servers = TwoServers()
                servers.world.oauth.set("issuer", "\"https://evil.example\"")
                shouldThrow<AuthorizationFailedException> { servers.world.call() }.step shouldBe AuthorizationStep.SERVER_METADATA
                servers.other.registrations.shouldBeEmpty()
            }
        }
    }

    context("the issuer") {
        test("that the application names goes over the one that the metadata name") {
            runTest {
                val world = World({ issuer(ISSUER) })
                world.http.page(PRM, """{"resource":"$RESOURCE","authorization_servers":["$second"],"scopes_supported":["a"]}""")
                world.call() shouldBe 200
                world.person.parameters(0)["scope"] shouldBe "a"
                world.http.urls.filter { it.startsWith(second) }.shouldBeEmpty()
            }
        }
        test("is enough where there are no metadata") {
            runTest {
                val world = World({ issuer(ISSUER) })
                world.call() shouldBe 200
                world.person.parameters(0)["resource"] shouldBe RESOURCE
            }
        }
        test("must be what the server's own metadata say") {
            runTest {
                val world = World({ issuer("$ISSUER/") })
                val failure = shouldThrow<AuthorizationFailedException> { world.call() }
                listOf(failure.step, failure.expected) shouldBe listOf(AuthorizationStep.SERVER_METADATA, "$ISSUER/")
            }
        }
        test("may be closer than the MCP server, since the application has named it") {
            runTest {
                val world = World({ issuer(ISSUER) })
                world.hosts.addresses["as.example"] = listOf("10.0.0.1")
                world.call() shouldBe 200
            }
        }
        test("does not take a stored grant of another one") {
            runTest {
                val world = World()
                world.oauth.serveResourceMetadata()
                world.call() shouldBe 200
                val other = FakeOAuth(world.http, second)
                world.approver = { other.approve(it) }
                val options = OAuthOptions.builder(world.person).tokenStore(world.store).clock(world.clock).issuer(second).build()
                val caller =
                    FakeCaller(OAuthAuthorizer(options, FakeCrypto()), world.http) { token, _ ->
                        if (token in
                            other.tokens
                        ) {
                            null
                        } else {
                            401 to null
                        }
                    }
                caller.call() shouldBe 200
                caller.sent.first() shouldBe null
            }
        }
    }

    context("the resource") {
        test("that the application names goes into both requests") {
            runTest {
                val world = World({ resource("api://mcp") })
                world.oauth.serveResourceMetadata()
                world.call() shouldBe 200
                world.person.parameters(0)["resource"] shouldBe "api://mcp"
                world.oauth.tokenRequests.single()["resource"] shouldBe "api://mcp"
            }
        }
        test("makes metadata of that name good") {
            runTest {
                val world = World({ resource("https://mcp.example/other") })
                world.oauth.serveResourceMetadata(resource = "https://mcp.example/other")
                world.call() shouldBe 200
            }
        }
        test("does not make metadata of a third name good (AUTH-07)") {
            runTest {
                val world = World({ resource("api://mcp") })
                world.oauth.serveResourceMetadata(resource = "https://mcp.example/other")
                shouldThrow<AuthorizationFailedException> { world.call() }.step shouldBe AuthorizationStep.RESOURCE_METADATA
            }
        }
    }

    context("resource metadata that are ignored") {
        test("are not asked for, and the issuer is the one named") {
            runTest {
                val world = World({ ignoreResourceMetadata().issuer(ISSUER) })
                world.http.page(PRM, "<html>")
                world.challenge = """Bearer resource_metadata="$PRM""""
                world.call() shouldBe 200
                world.http.urls.filter { "protected-resource" in it }.shouldBeEmpty()
            }
        }
        test("leave the origin, if no issuer is named (AUTH-19)") {
            runTest {
                val world = World({ ignoreResourceMetadata() })
                world.http.page(PRM, "<html>")
                world.approver = { originOAuth.approve(it) }
                world.originOAuth
                world.callOrigin() shouldBe 200
            }
        }
    }

    context("an option that cannot be is named") {
        withData<Pair<String, OAuthOptions.Builder.() -> Unit>>(
            nameFn = { it.first },
            "issuer is not" to { issuer("as.example") },
            "issuer is not an" to { issuer("https://as.example?a=b") },
            "issuer and clientIssuer differ" to { issuer(ISSUER).clientIssuer(second) },
            "resource is not" to { resource("mcp") },
            "resource is not an" to { resource("https://mcp.example/#a") },
        ) { (message, configure) ->
            val builder = OAuthOptions.builder(NonInteractivePrompt)
            builder.configure()
            shouldThrow<IllegalArgumentException> { builder.build() }.message shouldContain message
        }
    }
})
