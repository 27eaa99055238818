package io.github.latchkey.mcp.interop

import io.github.latchkey.mcp.auth.AuthorizationUrl
import io.github.latchkey.mcp.auth.BrowserLauncher
import java.net.CookieManager
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers

/** A person at a browser without a window: logs in as [user], and ticks every scope of a consent page, or none where they refuse. */
class FormBrowser(
    private val user: String,
    private val password: String,
    private val consents: Boolean = true,
) : BrowserLauncher {
    // One for all pages: a person stays logged in.
    private val http =
        HttpClient.newBuilder().cookieHandler(
            CookieManager(),
        ).followRedirects(HttpClient.Redirect.ALWAYS).version(HttpClient.Version.HTTP_1_1).build()

    /** How often a page wanted to be filled in. */
    @Volatile
    var forms = 0
        private set

    override fun open(url: AuthorizationUrl) {
        var page = http.send(HttpRequest.newBuilder(URI.create(url.value)).build(), BodyHandlers.ofString())
        repeat(MOST_FORMS) {
            val form = FORM.find(page.body()) ?: return
            forms++
            val action = page.uri().resolve(form.groupValues[1].ifEmpty { page.uri().toString() })
            val body = fields(form.groupValues[2]).joinToString("&") { (name, value) ->
                "$name=${URLEncoder.encode(value, Charsets.UTF_8)}"
            }
            val request =
                HttpRequest
                    .newBuilder(action)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
            page = http.send(request.build(), BodyHandlers.ofString())
        }
        error("no end of forms")
    }

    private fun fields(form: String): List<Pair<String, String>> =
        INPUT.findAll(form).mapNotNull { input ->
            val attributes = ATTRIBUTE.findAll(input.value).associate { it.groupValues[1] to it.groupValues[2] }
            val name = attributes["name"]
            when {
                name == null || " disabled" in input.value -> null
                name == "username" -> name to user
                name == "password" -> name to password
                attributes["type"] == "checkbox" -> if (consents) name to attributes["value"].orEmpty() else null
                else -> name to attributes["value"].orEmpty()
            }
        }.toList()

    private companion object {
        const val MOST_FORMS = 4
        val FORM = Regex("""<form[^>]*?action="([^"]*)"[^>]*>(.*?)</form>""", RegexOption.DOT_MATCHES_ALL)
        val INPUT = Regex("<input[^>]*>")
        val ATTRIBUTE = Regex("""(\w+)="([^"]*)"""")
    }
}
