package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.auth.internal.Assertion
import io.github.latchkey.mcp.auth.internal.grant.IdToken
import io.github.latchkey.mcp.auth.internal.grant.parseDeviceCode
import io.github.latchkey.mcp.auth.internal.url.formDecode
import io.github.latchkey.mcp.transport.HttpFetcher.Response
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import kotlinx.coroutines.test.runTest
import kotlin.time.Instant

/** Looks for what the other grants hold wherever it could be shown (AUTH-83, EXT-15). */
class GrantSecretsTest : FunSpec({
    val names = listOf("assertion", "client_assertion", "subject_token", "device_code", "client_secret", "DPoP", "Authorization")
    val provider = IdentityProvider.builder("https://idp.example").client("app", "idp-s3cret").idToken { "id-t0ken" }.build()
    val silent =
        object : DevicePrompt {
            override suspend fun show(authorization: DeviceAuthorization) {}
        }
    val deviceCode =
        """{"device_code":"d3vice-c0de","user_code":"WDJB-MJHT","verification_uri":"https://as.example/device","expires_in":900,"interval":1}"""

    class Case(val grant: AuthorizationGrant, val configure: OAuthOptions.Builder.() -> Unit)

    val cases =
        mapOf(
            "client credentials by secret" to Case(AuthorizationGrant.clientCredentials()) { client("me", "cl13nt-s3cret") },
            "client credentials by key" to
                Case(AuthorizationGrant.clientCredentials()) { client("me").privateKeyJwt(FakeSigner("pr1vate")) },
            "workload identity" to Case(AuthorizationGrant.workloadIdentity { "w0rkload-jwt-" + "x".repeat(900) }) {},
            "enterprise-managed" to Case(AuthorizationGrant.enterpriseManaged(provider)) { client("me", "cl13nt-s3cret") },
            "device" to Case(AuthorizationGrant.device(silent)) {},
        )

    fun world(case: Case) =
        World({
            dpop(Dpop.REQUIRED)
            case.configure(this)
        }, grant = case.grant).apply {
            oauth.serveResourceMetadata()
            oauth.bindsTokens = true
            oauth.set("dpop_signing_alg_values_supported", """["ES256"]""")
            oauth.set("token_endpoint_auth_methods_supported", null)
            oauth.set("device_authorization_endpoint", "\"$ISSUER/device\"")
            http.page("$ISSUER/device", deviceCode)
            http.page(
                "https://idp.example/.well-known/openid-configuration",
                """{"issuer":"https://idp.example","token_endpoint":"https://idp.example/token"}""",
            )
            http.page("https://idp.example/token", """{"access_token":"id-jag-jwt","token_type":"N_A"}""")
        }

    /** Everything that was sent and must not be seen again. */
    fun secretsOf(world: World): List<String> =
        world.http.requests.flatMap { request ->
            val sent = formDecode(request.body.orEmpty()) + request.headers.toList()
            sent.filter { it.first in names }.map { it.second }
        } + world.oauth.tokens.keys + listOf("cl13nt-s3cret", "idp-s3cret", "s3cret-pr1vate", "d3vice-c0de", "w0rkload-jwt")

    context("no event and no value shows a secret") {
        withData(cases) { case ->
            runTest {
                val world = world(case)
                val caller = FakeCaller(world.authorizer, world.http) { token, _ -> if (token == null) 401 to "DPoP" else null }
                caller.call()
                val shown = "${caller.events.map {
                    "$it ${it.fields}"
                }} ${world.options} ${world.options.grant} ${world.authorizer} $provider"
                secretsOf(world).shouldNotBeEmpty().filter { it in shown }.shouldBeEmpty()
            }
        }
    }

    context("no failure shows one, even where the server repeats the whole request") {
        withData(cases) { case ->
            runTest {
                val world = world(case)
                world.oauth.tokenAnswers += { request ->
                    val sent = formDecode(request.body.orEmpty()).filter { it.first in names }.joinToString(" ") { it.second }
                    Response(400, JSON, """{"error":"invalid_grant","error_description":"$sent"}""")
                }
                val caller = FakeCaller(world.authorizer, world.http) { _, _ -> 401 to "DPoP" }
                val failure =
                    try {
                        error("signed in: ${caller.call()}")
                    } catch (e: McpException) {
                        e
                    }
                val oauth = failure as? AuthorizationFailedException
                val facts = listOf(failure.url, failure.remedy, failure.answer, oauth?.errorDescription, oauth?.expected)
                val shown = facts.joinToString("\n") + caller.events + failure.stackTraceToString()
                secretsOf(world).filter { it in shown }.shouldBeEmpty()
            }
        }
    }

    test("no value of ours shows what it holds") {
        val values =
            listOf(
                Assertion("s3cret"),
                IdToken(Assertion("s3cret"), null, RefreshToken("s3cret")),
                parseDeviceCode(deviceCode, Instant.DISTANT_PAST),
            )
        val shown = values.joinToString("\n")
        listOf("s3cret", "d3vice-c0de", "WDJB-MJHT").filter { it in shown }.shouldBeEmpty()
    }
})
