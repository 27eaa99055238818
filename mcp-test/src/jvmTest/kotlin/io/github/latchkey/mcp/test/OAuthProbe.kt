package io.github.latchkey.mcp.test

import io.kotest.matchers.shouldBe

internal const val REDIRECT = "http://127.0.0.1:1/callback"
internal const val VERIFIER = "0123456789012345678901234567890123456789012"
internal const val RESOURCE = "https://mcp.example/mcp"

/** The steps of a client of an [AuthorizationServer], each to be changed as a test likes. */
internal class OAuthProbe(val server: AuthorizationServer, val url: String) {
    fun authorizeUrl(changes: Map<String, String?> = emptyMap()): String {
        val parameters =
            mapOf(
                "response_type" to "code",
                "client_id" to "app",
                "redirect_uri" to REDIRECT,
                "state" to "s t",
                "scope" to "a b",
                "code_challenge" to codeChallengeOf(VERIFIER),
                "code_challenge_method" to "S256",
                "resource" to RESOURCE,
            )
        return "$url/authorize?" + formText(changed(parameters, changes))
    }

    /** The redirect that answers an authorization request. */
    suspend fun authorize(changes: Map<String, String?> = emptyMap()): String {
        val answer = HttpProbe.send("GET", authorizeUrl(changes))
        answer.statusCode() shouldBe 302
        return answer.header("Location")!!
    }

    suspend fun code(): String = callback(authorize()).getValue("code")

    suspend fun redeem(code: String, changes: Map<String, String?> = emptyMap()) =
        HttpProbe.postForm(
            "$url/token",
            changed(
                mapOf(
                    "grant_type" to "authorization_code",
                    "code" to code,
                    "redirect_uri" to REDIRECT,
                    "client_id" to "app",
                    "code_verifier" to VERIFIER,
                    "resource" to RESOURCE,
                ),
                changes,
            ),
        )

    suspend fun refresh(token: String) =
        HttpProbe.postForm(
            "$url/token",
            mapOf("grant_type" to "refresh_token", "refresh_token" to token, "client_id" to "app", "resource" to RESOURCE),
        )

    fun callback(location: String): Map<String, String> = parseForm(location.substringAfter('?')).toMap()

    private fun changed(parameters: Map<String, String>, changes: Map<String, String?>): Map<String, String> =
        (parameters + changes).entries.mapNotNull { (name, value) -> value?.let { name to it } }.toMap()
}

internal suspend fun withAuthorizationServer(configure: AuthorizationServerBuilder.() -> Unit = {}, block: suspend OAuthProbe.() -> Unit) {
    val server =
        AuthorizationServer {
            client(RegisteredClient("app", listOf(REDIRECT)))
            configure()
        }
    LoopbackServer.start({ authorizationServer(server) }).use { OAuthProbe(server, it.url).block() }
}
