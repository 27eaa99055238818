package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.AuthorizationEvent
import io.github.latchkey.mcp.RequestTimeoutException
import io.github.latchkey.mcp.transport.HttpFetcher.Response
import io.github.latchkey.mcp.transport.ProtectedRequest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.maps.shouldNotContainKey
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.jsonPrimitive
import kotlin.time.Instant

@OptIn(ExperimentalCoroutinesApi::class)
class SignInTest : FunSpec({
    context("a 401 becomes a token") {
        test("in the order of the specification, and the request is sent again (MCP, Authorization Flow Steps)") {
            runTest {
                val world = World()
                world.oauth.serveResourceMetadata()
                world.call() shouldBe 200
                world.http.requests.map { "${it.method} ${it.url}" } shouldContainExactly
                    listOf("GET $PRM", "GET $ISSUER/.well-known/oauth-authorization-server", "POST $ISSUER/register", "POST $ISSUER/token")
                world.caller.sent shouldHaveSize 2
                world.caller.sent.last() shouldNotBe null
            }
        }
        test("that later requests carry from the start (AUTH-78)") {
            runTest {
                val world = World()
                world.oauth.serveResourceMetadata()
                world.call()
                world.call() shouldBe 200
                world.caller.sent.distinct() shouldHaveSize 2
                world.person.urls shouldHaveSize 1
            }
        }
        test("and the person is told that it worked, behind a closed receiver") {
            runTest {
                val world = World()
                world.oauth.serveResourceMetadata()
                world.call()
                world.person.reports shouldBe listOf("signed in")
                world.person.open shouldBe 0
            }
        }
        test("step by step for the events") {
            runTest {
                val world = World()
                world.oauth.serveResourceMetadata()
                world.call()
                world.caller.events.filterIsInstance<AuthorizationEvent>().map { "${it.step} ${it.url} ${it.outcome}" } shouldContainExactly
                    listOf(
                        "resource_metadata $PRM HTTP 200 application/json",
                        "server_metadata $ISSUER/.well-known/oauth-authorization-server HTTP 200 application/json",
                        "registration $ISSUER/register HTTP 201 application/json",
                        "registration $ISSUER/register registered as client-1@$ISSUER",
                        "authorization $ISSUER/authorize authorization URL issued",
                        "token $ISSUER/token HTTP 200 application/json",
                        "token $ISSUER/token token obtained",
                    )
            }
        }
    }

    context("discovery") {
        test("the location of the challenge goes first, and the root is left alone (AUTH-03, AUTH-05)") {
            runTest {
                val world = World()
                world.challenge = """Bearer resource_metadata="https://mcp.example/custom""""
                world.oauth.serveResourceMetadata("https://mcp.example/custom")
                world.call() shouldBe 200
                world.http.requests.gets() shouldBe listOf("https://mcp.example/custom", "$ISSUER/.well-known/oauth-authorization-server")
            }
        }
        test("4xx leads on to the next location (AMB-14)") {
            runTest {
                val world = World()
                world.challenge = """Bearer resource_metadata="https://mcp.example/gone""""
                world.http.page("https://mcp.example/gone", "", status = 403)
                world.oauth.serveResourceMetadata(
                    "https://mcp.example/.well-known/oauth-protected-resource",
                    resource = "https://mcp.example",
                )
                world.call() shouldBe 200
                world.http.requests.gets().take(3) shouldBe
                    listOf("https://mcp.example/gone", PRM, "https://mcp.example/.well-known/oauth-protected-resource")
            }
        }
        test("a path issuer is found by appending at last, never at the root (AUTH-12, AUTH-15)") {
            runTest {
                val world = World()
                world.http.page(PRM, """{"resource":"$RESOURCE","authorization_servers":["$ISSUER/t1"]}""")
                world.oauth.set("issuer", "\"$ISSUER/t1\"")
                val document = world.http.pages.getValue("$ISSUER/.well-known/oauth-authorization-server")
                world.http.pages["$ISSUER/.well-known/oauth-authorization-server"] = { error("the root was asked") }
                world.http.pages["$ISSUER/t1/.well-known/openid-configuration"] = document
                world.call() shouldBe 200
                world.http.requests.gets().drop(1) shouldBe
                    listOf(
                        "$ISSUER/.well-known/oauth-authorization-server/t1",
                        "$ISSUER/.well-known/openid-configuration/t1",
                        "$ISSUER/t1/.well-known/openid-configuration",
                    )
            }
        }
        test("a redirect of a document is followed, three times at most (AUTH-82)") {
            runTest {
                val world = World()
                repeat(3) { i -> world.http.page(if (i == 0) PRM else "https://mcp.example/$i", "", 302, mapOf("location" to "/${i + 1}")) }
                world.oauth.serveResourceMetadata("https://mcp.example/3")
                world.call() shouldBe 200
            }
        }
    }

    context("discovery fails with the step and the URL, and nobody is asked (AUTH-07, AUTH-16, AUTH-17, AUTH-96)") {
        class Case(
            val name: String,
            val step: AuthorizationStep,
            val url: String,
            val message: String,
            val arrange: World.() -> Unit,
        )
        val resource = AuthorizationStep.RESOURCE_METADATA
        val server = AuthorizationStep.SERVER_METADATA
        val meta = "$ISSUER/.well-known/oauth-authorization-server"
        withData(
            nameFn = { it.name },
            Case("HTML", resource, PRM, "HTML") { http.page(PRM, "<html>welcome</html>") },
            Case("truncated JSON", resource, PRM, "truncated") { http.page(PRM, """{"resource":"""") },
            Case("a server error", resource, PRM, "HTTP 503") { http.page(PRM, "", status = 503) },
            Case("too many requests", resource, PRM, "HTTP 429") { http.page(PRM, "", status = 429) },
            Case("a redirect to plain text", resource, "http://mcp.example/x", "not https") {
                http.page(PRM, "", 302, mapOf("location" to "http://mcp.example/x"))
            },
            Case("a redirect loop", resource, PRM, "redirected") { http.page(PRM, "", 302, mapOf("location" to PRM)) },
            Case("a redirect to nowhere", resource, PRM, "Location") { http.page(PRM, "", 302, emptyMap()) },
            Case("another resource", resource, PRM, "another resource") {
                oauth.serveResourceMetadata(resource = "https://evil.example.com/mcp")
            },
            Case("no authorization server", resource, PRM, "authorization_servers") { http.page(PRM, """{"resource":"$RESOURCE"}""") },
            Case("another issuer", server, meta, "another issuer") {
                oauth.serveResourceMetadata()
                oauth.set("issuer", "\"https://attacker.example.com\"")
            },
            Case("an issuer with a slash more (AMB-15)", server, meta, "another issuer") {
                oauth.serveResourceMetadata()
                oauth.set("issuer", "\"$ISSUER/\"")
            },
            Case("no server metadata at all", server, ISSUER, "no metadata") {
                oauth.serveResourceMetadata()
                http.pages.remove(meta)
            },
            Case("an issuer without https", server, "http://as.example/.well-known/oauth-authorization-server", "not https") {
                http.page(PRM, """{"resource":"$RESOURCE","authorization_servers":["http://as.example"]}""")
            },
            Case("no PKCE (AUTH-50)", server, ISSUER, "PKCE") {
                oauth.serveResourceMetadata()
                oauth.set("code_challenge_methods_supported", null)
            },
            Case("no token endpoint", server, ISSUER, "token_endpoint") {
                oauth.serveResourceMetadata()
                oauth.set("token_endpoint", null)
            },
            Case("an authorization endpoint without https", AuthorizationStep.AUTHORIZATION, "http://as.example/authorize", "not https") {
                oauth.serveResourceMetadata()
                oauth.set("authorization_endpoint", "\"http://as.example/authorize\"")
            },
        ) { case ->
            runTest {
                val world = World()
                case.arrange(world)
                val failure = shouldThrow<AuthorizationFailedException> { world.call() }
                listOf(failure.step, failure.url) shouldBe listOf(case.step, case.url)
                failure.message.shouldNotBeNull() shouldContain case.message
                failure.remedy shouldNotBe ""
                world.person.urls.shouldBeEmpty()
                world.oauth.registrations.shouldBeEmpty()
            }
        }
    }

    context("no resource metadata: the rules of 2025-03-26 (AUTH-11, AUTH-18..20)") {
        test("server metadata at the origin, asked for with the revision") {
            runTest {
                val world = World { originOAuth.approve(it) }
                world.originOAuth
                world.callOrigin() shouldBe 200
                world.person.urls.single().endpoint shouldBe "https://mcp.example/authorize"
                val request = world.http.requests.single { it.url == "https://mcp.example/.well-known/oauth-authorization-server" }
                request.headers["MCP-Protocol-Version"] shouldBe "2025-03-26"
            }
        }
        test("an issuer with a slash is the origin, too, since nobody has spelled it") {
            runTest {
                val world = World { originOAuth.approve(it) }
                world.originOAuth.set("issuer", "\"https://mcp.example/\"")
                world.callOrigin() shouldBe 200
            }
        }
        test("without any metadata, the endpoints at the origin (AUTH-51)") {
            runTest {
                val world = World { originOAuth.approve(it) }
                world.originOAuth
                world.http.pages.remove("https://mcp.example/.well-known/oauth-authorization-server")
                world.callOrigin() shouldBe 200
                world.person.parameters(0)["resource"] shouldBe RESOURCE
                world.person.parameters(0)["code_challenge_method"] shouldBe "S256"
            }
        }
        context("what answers at the guessed endpoint is no authorization server: give up, the 401 says it all") {
            val answers =
                mapOf(
                    "404" to Response(404, emptyMap(), ""),
                    "405" to Response(405, emptyMap(), ""),
                    "401 as for everything else" to Response(401, JSON, """{"error":"unauthorized"}"""),
                    "a page" to Response(200, emptyMap(), "<html>"),
                    "500" to Response(500, emptyMap(), "oops"),
                )
            withData(answers) { answer ->
                runTest {
                    val world = World()
                    world.http.pages["https://mcp.example/register"] = { answer }
                    world.call() shouldBe 401
                    world.person.urls.shouldBeEmpty()
                    world.person.open shouldBe 0
                }
            }
        }
        test("nothing is guessed where nobody can sign in") {
            runTest {
                val world = World(isInteractive = false)
                world.call() shouldBe 401
                world.http.requests.none { it.method == "POST" } shouldBe true
            }
        }
        test("nor where the server is reached by plain text") {
            runTest {
                val world = World()
                FakeCaller(world.authorizer, world.http, "http://mcp.example/mcp") { _, _ -> 401 to null }.call() shouldBe 401
                world.http.requests.gets() shouldBe
                    listOf(
                        "http://mcp.example/.well-known/oauth-protected-resource/mcp",
                        "http://mcp.example/.well-known/oauth-protected-resource",
                    )
            }
        }
    }

    context("the client") {
        test("is registered as native, for a code and a refresh token (AUTH-31, AUTH-33)") {
            runTest {
                val world = World({ clientName("An agent") })
                world.oauth.serveResourceMetadata()
                world.call()
                val registration = world.oauth.registrations.single()
                registration.getValue("application_type").jsonPrimitive.content shouldBe "native"
                registration.strings("grant_types") shouldBe listOf("authorization_code", "refresh_token")
                registration.strings("redirect_uris") shouldBe listOf(REDIRECT_URI)
                registration.getValue("client_name").jsonPrimitive.content shouldBe "An agent"
            }
        }
        test("that is given is used as it is (AUTH-25, AUTH-26)") {
            runTest {
                val world = World({ client("given", "s3cret") })
                world.oauth.serveResourceMetadata()
                world.oauth.set("token_endpoint_auth_methods_supported", """["client_secret_basic"]""")
                world.call() shouldBe 200
                world.oauth.registrations.shouldBeEmpty()
                world.person.parameters(0)["client_id"] shouldBe "given"
                world.oauth.tokenRequests.single()["Authorization"] shouldBe "Basic Z2l2ZW46czNjcmV0"
                world.oauth.tokenRequests.single().shouldNotContainKey("client_secret")
            }
        }
        test("is its metadata document where that is supported, whatever else is (AUTH-29)") {
            runTest {
                val url = "https://conformance-test.local/client-metadata.json"
                val world = World({ clientMetadataUrl(url) })
                world.oauth.serveResourceMetadata()
                world.oauth.set("client_id_metadata_document_supported", "true")
                world.call() shouldBe 200
                world.oauth.registrations.shouldBeEmpty()
                world.oauth.tokenRequests.single()["client_id"] shouldBe url
            }
        }
        test("a secret that comes without a method stays here where only none is supported (TRAP-29, CONF-09)") {
            runTest {
                val world = World()
                world.oauth.serveResourceMetadata()
                world.oauth.registrationExtras = ""","client_secret":"unwanted""""
                world.call() shouldBe 200
                world.oauth.tokenRequests.single().values.none { "unwanted" in it } shouldBe true
            }
        }
        test("a secret that has expired is a reason to register again (AUTH-34)") {
            runTest {
                val world = World()
                world.oauth.serveResourceMetadata()
                world.oauth.registrationExtras = ""","client_secret":"s","client_secret_expires_at":1000001"""
                world.oauth.issuesRefreshTokens = false
                world.call()
                world.clock.now = Instant.fromEpochSeconds(1_000_002)
                world.oauth.expireTokens()
                world.call() shouldBe 200
                world.oauth.registrations shouldHaveSize 2
            }
        }
        test("cannot be had: the failure says so (AUTH-25)") {
            runTest {
                val world = World()
                world.oauth.serveResourceMetadata()
                world.oauth.set("registration_endpoint", null)
                shouldThrow<AuthorizationFailedException> { world.call() }.step shouldBe AuthorizationStep.REGISTRATION
            }
        }
        test("is refused: the failure has the server's words (AUTH-32)") {
            runTest {
                val world = World()
                world.oauth.serveResourceMetadata()
                world.http.page("$ISSUER/register", """{"error":"invalid_redirect_uri","error_description":"no loopback"}""", status = 400)
                val failure = shouldThrow<AuthorizationFailedException> { world.call() }
                listOf(failure.step, failure.error, failure.errorDescription, failure.status) shouldBe
                    listOf(AuthorizationStep.REGISTRATION, "invalid_redirect_uri", "no loopback", 400)
            }
        }
        test("of one issuer is not shown to another (AUTH-36, AUTH-37)") {
            runTest {
                val world = World({ client("given").clientIssuer("https://other.example") })
                world.oauth.serveResourceMetadata()
                val failure = shouldThrow<AuthorizationFailedException> { world.call() }
                listOf(failure.step, failure.expected) shouldBe listOf(AuthorizationStep.REGISTRATION, "https://other.example")
                world.person.urls.shouldBeEmpty()
            }
        }
        test("without an issuer belongs to the first one it is used with (AUTH-37)") {
            runTest {
                val world = World({ client("given") })
                world.oauth.issuesRefreshTokens = false
                world.oauth.serveResourceMetadata()
                world.call() shouldBe 200
                FakeOAuth(world.http, "https://as2.example").serveResourceMetadata()
                world.oauth.expireTokens()
                shouldThrow<AuthorizationFailedException> { world.call() }.step shouldBe AuthorizationStep.REGISTRATION
            }
        }
    }

    context("the request") {
        test("has the resource of the metadata, in both requests (AUTH-53, AUTH-54)") {
            runTest {
                val world = World()
                world.challenge = """Bearer resource_metadata="$PRM""""
                world.oauth.serveResourceMetadata(resource = "https://mcp.example")
                world.call() shouldBe 200
                world.person.parameters(0)["resource"] shouldBe "https://mcp.example"
                world.oauth.tokenRequests.single()["resource"] shouldBe "https://mcp.example"
            }
        }
        test("has a new state and a new challenge each time (AUTH-49, AUTH-52)") {
            runTest {
                val world = World()
                world.oauth.issuesRefreshTokens = false
                world.oauth.serveResourceMetadata()
                world.call()
                world.oauth.expireTokens()
                world.call()
                world.person.parameters(0)["state"] shouldNotBe world.person.parameters(1)["state"]
                world.person.parameters(0)["code_challenge"] shouldNotBe world.person.parameters(1)["code_challenge"]
            }
        }
        context("asks for the scopes (AUTH-68, TRAP-25)") {
            class Case(val challenge: String, val resource: String, val wanted: List<String>, val expected: String?)
            withData(
                nameFn = { "${it.expected}: ${it.challenge} ${it.resource} ${it.wanted}" },
                Case("""Bearer scope="mcp:basic"""", ""","scopes_supported":["mcp:profile"]""", emptyList(), "mcp:basic"),
                Case("Bearer", ""","scopes_supported":["mcp:basic","mcp:read"]""", emptyList(), "mcp:basic mcp:read"),
                Case("Bearer", "", emptyList(), null),
                Case("""Bearer scope="mcp:basic"""", "", listOf("mine"), "mine"),
            ) { case ->
                runTest {
                    val world = World({ scopes(case.wanted) })
                    world.challenge = case.challenge
                    world.oauth.serveResourceMetadata(more = case.resource)
                    world.oauth.set("scopes_supported", """["decoy"]""")
                    world.call() shouldBe 200
                    world.person.parameters(0)["scope"] shouldBe case.expected
                }
            }
        }
        test("adds offline_access where the authorization server lists it (AUTH-70)") {
            runTest {
                val world = World()
                world.challenge = """Bearer scope="mcp:basic""""
                world.oauth.serveResourceMetadata()
                world.oauth.set("scopes_supported", """["mcp:basic","offline_access"]""")
                world.call() shouldBe 200
                world.person.parameters(0)["scope"] shouldBe "mcp:basic offline_access"
            }
        }
    }

    context("the redirect") {
        test("from the wrong issuer leads to no token request (AUTH-57)") {
            runTest {
                val world = World { oauth.approve(it) + "&iss=https%3A%2F%2Fevil.example.com" }
                world.oauth.serveResourceMetadata()
                shouldThrow<AuthorizationFailedException> { world.call() }.step shouldBe AuthorizationStep.AUTHORIZATION
                world.oauth.tokenRequests.shouldBeEmpty()
                world.person.reports.single() shouldContain "another issuer"
            }
        }
        test("with a promised iss missing leads to no token request (AUTH-57)") {
            runTest {
                val world = World()
                world.oauth.serveResourceMetadata()
                world.oauth.set("authorization_response_iss_parameter_supported", "true")
                shouldThrow<AuthorizationFailedException> { world.call() }
                world.oauth.tokenRequests.shouldBeEmpty()
            }
        }
        test("with the issuer as it is leads to one") {
            runTest {
                val world = World { oauth.approve(it) + "&iss=https%3A%2F%2Fas.example" }
                world.oauth.serveResourceMetadata()
                world.oauth.set("authorization_response_iss_parameter_supported", "true")
                world.call() shouldBe 200
            }
        }
        test("with another state leads to none (AUTH-52)") {
            runTest {
                val world = World { oauth.approve(it).substringBefore("&state") + "&state=forged" }
                world.oauth.serveResourceMetadata()
                shouldThrow<AuthorizationFailedException> { world.call() }.step shouldBe AuthorizationStep.AUTHORIZATION
                world.oauth.tokenRequests.shouldBeEmpty()
            }
        }
    }

    context("the token endpoint") {
        class Case(val name: String, val response: Response, val error: String?, val isRetryable: Boolean)
        withData(
            nameFn = { it.name },
            Case("refuses", Response(400, JSON, """{"error":"invalid_grant","error_description":"too late"}"""), "invalid_grant", false),
            Case(
                "refuses under 200, as some do",
                Response(200, JSON, """{"error":"bad_verification_code"}"""),
                "bad_verification_code",
                false,
            ),
            Case("is down", Response(503, mapOf("retry-after" to "7"), ""), null, true),
            Case(
                "redirects, which is not followed (AUTH-82)",
                Response(307, mapOf("location" to "https://evil.example/"), ""),
                null,
                false,
            ),
            Case("answers a page", Response(200, emptyMap(), "<html>"), null, false),
            Case(
                "answers a token of another type (AUTH-88)",
                Response(200, JSON, """{"access_token":"T","token_type":"DPoP"}"""),
                null,
                false,
            ),
        ) { case ->
            runTest {
                val world = World()
                world.oauth.serveResourceMetadata()
                world.http.pages["$ISSUER/token"] = { case.response }
                val failure = shouldThrow<AuthorizationFailedException> { world.call() }
                listOf(failure.step, failure.url, failure.error, failure.isRetryable, failure.status) shouldBe
                    listOf(AuthorizationStep.TOKEN, "$ISSUER/token", case.error, case.isRetryable, case.response.status)
                failure.retryAfterSeconds shouldBe case.response.headers["retry-after"]?.toLong()
                world.http.urls.last() shouldBe "$ISSUER/token"
            }
        }
        test("that does not know the client any more makes it register anew next time (AUTH-86)") {
            runTest {
                val world = World()
                world.oauth.serveResourceMetadata()
                val token = world.http.pages.getValue("$ISSUER/token")
                world.http.page("$ISSUER/token", """{"error":"invalid_client"}""", status = 401)
                shouldThrow<AuthorizationFailedException> { world.call() }
                world.http.pages["$ISSUER/token"] = token
                world.call() shouldBe 200
                world.oauth.registrations shouldHaveSize 2
            }
        }
    }

    context("nobody to ask") {
        test("fails at once, with the URL it would have opened") {
            runTest {
                val http = FakeHttp()
                FakeOAuth(http).serveResourceMetadata()
                val authorizer = OAuthAuthorizer(OAuthOptions.builder(NonInteractivePrompt).client("given").build(), FakeCrypto())
                val failure = shouldThrow<AuthorizationFailedException> { FakeCaller(authorizer, http) { _, _ -> 401 to null }.call() }
                listOf(failure.step, failure.url) shouldBe listOf(AuthorizationStep.AUTHORIZATION, "$ISSUER/authorize")
                failure.authorizationUrl.shouldNotBeNull() shouldContain "$ISSUER/authorize?response_type=code&client_id=given&"
                failure.toString().contains("state=") shouldBe false
            }
        }
        test("registers no client that nobody will use") {
            runTest {
                val http = FakeHttp()
                val oauth = FakeOAuth(http).apply { serveResourceMetadata() }
                val authorizer = OAuthAuthorizer(OAuthOptions.builder(NonInteractivePrompt).build(), FakeCrypto())
                val failure = shouldThrow<AuthorizationFailedException> { FakeCaller(authorizer, http) { _, _ -> 401 to null }.call() }
                failure.authorizationUrl.shouldNotBeNull().contains("client_id") shouldBe false
                oauth.registrations.shouldBeEmpty()
            }
        }
    }

    context("what is not for us") {
        test("a 403 without insufficient_scope (AUTH-74)") {
            runTest {
                val world = World()
                FakeCaller(world.authorizer, world.http) { _, _ -> 403 to "Bearer error=\"invalid_token\"" }.call() shouldBe 403
                world.http.requests.shouldBeEmpty()
            }
        }
        test("a token goes to no other origin (AUTH-80, AUTH-82)") {
            runTest {
                val world = World()
                world.oauth.serveResourceMetadata()
                world.call()
                val request = ProtectedRequest("POST", "https://evil.example/mcp", RESOURCE, null, world.http, {})
                world.authorizer.credentials(request) shouldBe null
            }
        }
        test("a token is for one server alone (AUTH-81)") {
            runTest {
                val world = World()
                world.oauth.serveResourceMetadata()
                world.call()
                val other = ProtectedRequest("POST", "https://mcp.example/other", "https://mcp.example/other", null, world.http, {})
                world.authorizer.credentials(other) shouldBe null
            }
        }
    }

    test("nobody comes: the deadline is named, and the receiver closed") {
        runTest {
            val world = World({ promptTimeoutMillis(1_000) }) { awaitCancellation() }
            world.oauth.serveResourceMetadata()
            val failure = shouldThrow<RequestTimeoutException> { world.call() }
            listOf(failure.deadline, failure.limitMillis, failure.url) shouldBe listOf("sign-in", 1_000L, "$ISSUER/authorize")
            testScheduler.currentTime shouldBe 1_000
            world.person.open shouldBe 0
        }
    }

    test("nobody comes with a client that was registered before: it is registered anew, since the server may have forgotten it") {
        runTest {
            var isForgotten = false
            val world = World { if (isForgotten) awaitCancellation() else oauth.approve(it) }
            world.oauth.issuesRefreshTokens = false
            world.oauth.serveResourceMetadata()
            world.call()
            world.oauth.expireTokens()
            isForgotten = true
            shouldThrow<RequestTimeoutException> { world.call() }
            isForgotten = false
            world.call() shouldBe 200
            world.oauth.registrations shouldHaveSize 2
        }
    }

    test("a prompt that breaks is a failure of its step, with the cause") {
        runTest {
            val world = World { throw IllegalStateException("no display") }
            world.oauth.serveResourceMetadata()
            val failure = shouldThrow<AuthorizationFailedException> { world.call() }
            listOf(failure.step, failure.cause?.message) shouldBe listOf(AuthorizationStep.AUTHORIZATION, "no display")
            world.person.open shouldBe 0
        }
    }
})
