package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.transport.HttpFetcher.Response
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonPrimitive

/** Where a server may lead us, and where not (AUTH-93..95, MCP Security Best Practices, SSRF). */
class SuppliedUrlTest : FunSpec({
    val inside =
        mapOf(
            "router.example" to "192.168.1.1",
            "metadata.example" to "169.254.169.254",
            "self.example" to "127.0.0.1",
            "nowhere.example" to "0.0.0.0",
            "vpn.example" to "100.64.0.1",
        )

    fun world(configure: OAuthOptions.Builder.() -> Unit = {}) =
        World(configure).apply {
            hosts.addresses.putAll(inside.mapValues { listOf(it.value) })
            oauth.serveResourceMetadata()
        }

    context("no document and no endpoint is asked that leads inside: the failure names the step and the URL") {
        class Case(val name: String, val step: AuthorizationStep, val arrange: World.(host: String) -> String)
        val cases =
            listOf(
                Case("resource_metadata of the challenge", AuthorizationStep.RESOURCE_METADATA) { host ->
                    challenge = """Bearer resource_metadata="https://$host/prm""""
                    "https://$host/prm"
                },
                Case("where the resource metadata redirect to", AuthorizationStep.RESOURCE_METADATA) { host ->
                    http.pages[PRM] = { Response(302, mapOf("location" to "https://$host/prm"), "") }
                    "https://$host/prm"
                },
                Case("authorization_servers", AuthorizationStep.SERVER_METADATA) { host ->
                    http.page(PRM, """{"resource":"$RESOURCE","authorization_servers":["https://$host"]}""")
                    "https://$host/.well-known/oauth-authorization-server"
                },
                Case("where the server metadata redirect to", AuthorizationStep.SERVER_METADATA) { host ->
                    http.pages["$ISSUER/.well-known/oauth-authorization-server"] =
                        { Response(307, mapOf("location" to "https://$host/as"), "") }
                    "https://$host/as"
                },
                Case("registration_endpoint", AuthorizationStep.REGISTRATION) { host ->
                    oauth.set("registration_endpoint", "\"https://$host/register\"")
                    "https://$host/register"
                },
                Case("authorization_endpoint", AuthorizationStep.AUTHORIZATION) { host ->
                    oauth.set("authorization_endpoint", "\"https://$host/authorize\"")
                    "https://$host/authorize"
                },
                Case("token_endpoint", AuthorizationStep.TOKEN) { host ->
                    oauth.set("token_endpoint", "\"https://$host/token\"")
                    "https://$host/token"
                },
            )
        withData(nameFn = { (case, host) -> "${case.name}: ${inside[host]}" }, cases.flatMap { case -> inside.keys.map { case to it } }) {
            runTest {
                val (case, host) = it
                val world = world()
                val url = case.arrange(world, host)
                val failure = shouldThrow<AuthorizationFailedException> { world.call() }
                listOf(failure.step, failure.url) shouldBe listOf(case.step, url)
                failure.message shouldContain "address, ${inside[host]}"
                world.http.urls.filter { host in it }.shouldBeEmpty()
                world.person.urls.shouldBeEmpty()
            }
        }
    }

    test("one address inside is enough, whatever else the name leads to") {
        runTest {
            val world = world()
            world.hosts.addresses["as.example"] = listOf("93.184.216.34", "10.0.0.1")
            shouldThrow<AuthorizationFailedException> { world.call() }.message shouldContain "leads to a private address, 10.0.0.1"
        }
    }

    test("a name is looked at again before each use, also for a refresh") {
        runTest {
            val world = world()
            world.call() shouldBe 200
            world.oauth.expireTokens()
            world.hosts.addresses["as.example"] = listOf("10.0.0.1")
            val failure = shouldThrow<AuthorizationFailedException> { world.call() }
            listOf(failure.step, failure.url) shouldBe listOf(AuthorizationStep.REFRESH, "$ISSUER/token")
        }
    }

    context("a server may lead to") {
        class Case(val server: String, val serverAt: String, val issuer: String, val issuerAt: String, val isAllowed: Boolean)
        withData(
            nameFn = { "${it.server} (${it.serverAt}) to ${it.issuer} (${it.issuerAt}): ${if (it.isAllowed) "yes" else "no"}" },
            Case("https://mcp.example", "8.8.8.8", "https://as.example", "8.8.4.4", true),
            Case("https://mcp.example", "8.8.8.8", "https://as.example", "10.0.0.1", false),
            Case("https://mcp.example", "8.8.8.8", "http://as.example", "8.8.4.4", false),
            Case("https://mcp.example", "8.8.8.8", "http://127.0.0.1:9", "", false),
            Case("https://mcp.example", "8.8.8.8", "https://localhost", "", false),
            Case("https://mcp.example", "10.0.0.2", "https://as.example", "10.0.0.1", true),
            Case("https://mcp.example", "10.0.0.2", "https://as.example", "8.8.8.8", true),
            Case("https://mcp.example", "10.0.0.2", "https://as.example", "169.254.169.254", false),
            Case("https://mcp.example", "10.0.0.2", "https://localhost", "", false),
            Case("https://mcp.example", "10.0.0.2", "http://as.example", "10.0.0.1", false),
            Case("http://127.0.0.1:5", "", "http://127.0.0.1:6", "", true),
            Case("http://127.0.0.1:5", "", "http://localhost:6", "", true),
            Case("http://localhost:5", "", "http://as.example", "127.0.0.1", true),
            Case("http://localhost:5", "", "http://as.example", "10.0.0.1", false),
            Case("http://localhost:5", "", "https://as.example", "10.0.0.1", true),
            Case("http://localhost:5", "", "https://as.example", "8.8.8.8", true),
            Case("http://localhost:5", "", "https://as.example", "169.254.169.254", false),
            Case("http://mcp.example", "127.0.0.1", "http://localhost:6", "", true),
            Case("http://mcp.example", "10.0.0.2", "http://localhost:6", "", false),
        ) { case ->
            runTest {
                val world = world()
                if (case.serverAt.isNotEmpty()) world.hosts.addresses["mcp.example"] = listOf(case.serverAt)
                if (case.issuerAt.isNotEmpty()) world.hosts.addresses["as.example"] = listOf(case.issuerAt)
                val oauth = FakeOAuth(world.http, case.issuer)
                val resource = "${case.server}/mcp"
                oauth.serveResourceMetadata("${case.server}/.well-known/oauth-protected-resource/mcp", resource)
                if (case.issuerAt.isNotEmpty() && case.issuer.startsWith("http:")) {
                    // A person is sent to this machine by its own names alone.
                    oauth.set("authorization_endpoint", "\"http://localhost/authorize\"")
                }
                world.approver = { oauth.approve(it) }
                val caller = FakeCaller(world.authorizer, world.http, resource) { token, _ ->
                    if (token in
                        oauth.tokens
                    ) {
                        null
                    } else {
                        401 to null
                    }
                }
                if (case.isAllowed) {
                    caller.call() shouldBe 200
                } else {
                    shouldThrow<AuthorizationFailedException> { caller.call() }.step shouldBe AuthorizationStep.SERVER_METADATA
                    oauth.tokenRequests.shouldBeEmpty()
                }
            }
        }
    }

    context("no URL at all (RFC 3986, WHATWG URL)") {
        withData(
            "ftp://as.example",
            "javascript:alert(1)",
            "https://user@as.example",
            "https://as.example\\@evil.example",
            "https://as.example /",
            "//as.example",
            "https://",
            "https://[::1%25eth0]",
        ) { issuer ->
            runTest {
                val world = world()
                world.http.page(PRM, """{"resource":"$RESOURCE","authorization_servers":[${JsonPrimitive(issuer)}]}""")
                shouldThrow<AuthorizationFailedException> { world.call() }.step shouldBe AuthorizationStep.SERVER_METADATA
                world.http.requests.size shouldBe 1
            }
        }
    }

    context("a redirect of a document") {
        test("carries nothing but what the first request carried, and no credentials (AUTH-82)") {
            runTest {
                val world = world()
                world.http.pages[PRM] = { Response(302, mapOf("location" to "https://cdn.example/prm"), "") }
                world.oauth.serveResourceMetadata("https://cdn.example/prm")
                world.call() shouldBe 200
                world.http.requests.filter { it.method == "GET" }.forEach { it.headers.keys shouldBe setOf("Accept") }
            }
        }
        test("from plain text on this machine may lead to https, and not back") {
            runTest {
                val world = world()
                val server = "http://localhost:5"
                val prm = "$server/.well-known/oauth-protected-resource/mcp"
                world.http.pages[prm] = { Response(302, mapOf("location" to "https://cdn.example/prm"), "") }
                world.http.pages["https://cdn.example/prm"] = { Response(302, mapOf("location" to "http://localhost:5/prm"), "") }
                val caller = FakeCaller(world.authorizer, world.http, "$server/mcp") { _, _ -> 401 to null }
                val failure = shouldThrow<AuthorizationFailedException> { caller.call() }
                listOf(failure.step, failure.url) shouldBe listOf(AuthorizationStep.RESOURCE_METADATA, "http://localhost:5/prm")
            }
        }
    }

    context("a registration or token request follows no redirect (RFC 9700 §4.11)") {
        withData("$ISSUER/register" to AuthorizationStep.REGISTRATION, "$ISSUER/token" to AuthorizationStep.TOKEN) { (url, step) ->
            runTest {
                val world = world()
                world.http.pages[url] = { Response(307, mapOf("location" to "https://evil.example/"), "") }
                val failure = shouldThrow<AuthorizationFailedException> { world.call() }
                listOf(failure.step, failure.url) shouldBe listOf(step, url)
                world.http.urls.filter { "evil" in it }.shouldBeEmpty()
            }
        }
    }

    context("a policy of the application") {
        test("hears what there is to know, and decides") {
            runTest {
                val seen = mutableListOf<SuppliedUrl>()
                val world = world({
                    urlPolicy { url ->
                        seen += url
                        url.objection.takeUnless { url.addresses == listOf("10.0.0.1") }
                    }
                })
                world.hosts.addresses["as.example"] = listOf("10.0.0.1")
                world.call() shouldBe 200
                val token = seen.last()
                listOf(token.url, token.step, token.host, token.addresses, token.server, token.objection) shouldBe
                    listOf(
                        "$ISSUER/token",
                        AuthorizationStep.TOKEN,
                        "as.example",
                        listOf("10.0.0.1"),
                        RESOURCE,
                        "leads to a private address, 10.0.0.1",
                    )
            }
        }
        test("can refuse what is allowed otherwise") {
            runTest {
                val world = world({ urlPolicy { if (it.host == "as.example") "is not on the list" else it.objection } })
                shouldThrow<AuthorizationFailedException> { world.call() }.message shouldContain "which is not on the list"
            }
        }
        test("that allows everything still sends a person to https alone (AUTH-62)") {
            runTest {
                val world = world({ urlPolicy(UrlPolicy.UNRESTRICTED) })
                world.hosts.addresses["as.example"] = listOf("10.0.0.1")
                world.call() shouldBe 200
                world.oauth.set("authorization_endpoint", "\"http://as.example/authorize\"")
                world.oauth.expireTokens()
                world.oauth.revokeRefreshTokens()
                shouldThrow<AuthorizationFailedException> { world.call() }.step shouldBe AuthorizationStep.AUTHORIZATION
            }
        }
    }

    test("a name that cannot be told here is left to the connection, as behind a proxy") {
        runTest {
            val world = world()
            world.hosts.addresses["as.example"] = emptyList()
            world.call() shouldBe 200
            world.http.urls shouldContain "$ISSUER/token"
        }
    }

    test("a failure does not repeat the query of a URL") {
        runTest {
            val world = world()
            world.challenge = """Bearer resource_metadata="https://router.example/prm?key=s3cret""""
            val failure = shouldThrow<AuthorizationFailedException> { world.call() }
            "$failure ${failure.url}" shouldNotContain "s3cret"
        }
    }
})
