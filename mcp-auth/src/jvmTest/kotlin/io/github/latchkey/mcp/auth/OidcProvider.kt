package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.test.ClosedPort
import io.github.latchkey.mcp.test.TokenInfo
import io.github.latchkey.mcp.test.TokenIntrospector
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject
import java.io.IOException
import java.net.CookieManager
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.io.path.copyTo
import kotlin.io.path.createDirectories
import kotlin.io.path.exists
import kotlin.io.path.readBytes

/** `oidc-provider`, a certified OpenID provider, of the version in `src/jvmTest/node`, run by Node on a free port for one resource. */
class OidcProvider private constructor(
    private val process: Process,
    val issuer: String,
) : TokenIntrospector,
    AutoCloseable {
    /** The person's browser, on the way from one page to the next. Each person has their own cookies. */
    val browser: BrowserLauncher =
        BrowserLauncher { url ->
            val follower = HttpClient.newBuilder().cookieHandler(CookieManager()).followRedirects(HttpClient.Redirect.ALWAYS).build()
            follower.sendAsync(HttpRequest.newBuilder(URI.create(url.value)).build(), BodyHandlers.ofString())
        }

    /** The person enters [userCode] on another device. */
    fun approveDevice(userCode: String) {
        val answer = http.send(HttpRequest.newBuilder(URI.create("$issuer/approve?user_code=$userCode")).build(), BodyHandlers.ofString())
        check(answer.body() == "approved") { "the provider answered HTTP ${answer.statusCode()}" }
    }

    /** How many grants it has revoked, since a refresh token was used twice. */
    fun revokedGrants(): Int = http.send(
        HttpRequest.newBuilder(URI.create("$issuer/revoked")).build(),
        BodyHandlers.ofString(),
    ).body().toInt()

    /** RFC 7662. */
    override fun introspect(token: String): TokenInfo? {
        val form = "client_id=resource-server&client_secret=rs&token=" + URLEncoder.encode(token, Charsets.UTF_8)
        val request =
            HttpRequest
                .newBuilder(URI.create("$issuer/token/introspection"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build()
        val info = Json.parseToJsonElement(http.send(request, BodyHandlers.ofString()).body()).jsonObject
        val string = { members: JsonObject?, name: String -> (members?.get(name) as? JsonPrimitive)?.content }
        if (string(info, "active") != "true") return null
        val scopes = string(info, "scope").orEmpty().split(' ')
        return TokenInfo(
            string(info, "client_id").orEmpty(),
            scopes,
            listOfNotNull(string(info, "aud")),
            string(info["cnf"]?.jsonObject, "jkt"),
        )
    }

    override fun close() {
        process.destroy()
    }

    companion object {
        private val PACKAGES = Path.of("src", "jvmTest", "node")
        private val INSTALLED = Path.of("target", "node")
        private val http: HttpClient = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

        /** Why it cannot be had here; null if it can. */
        val whyUnavailable: String? by lazy {
            val missing = listOf("node", "npm").firstOrNull { !succeeds(Path.of("."), it, "--version") }
            when {
                missing != null -> "$missing does not run"
                !isInstalled() -> "npm ci failed in $INSTALLED, which needs the network once"
                else -> null
            }
        }

        fun start(resource: String, vararg options: String): OidcProvider {
            val port = ClosedPort.find()
            val process =
                ProcessBuilder(listOf("node", "server.js", "$port", resource) + options)
                    .directory(INSTALLED.toFile())
                    .redirectErrorStream(true)
                    .start()
            awaitListening(process)
            return OidcProvider(process, "http://127.0.0.1:$port")
        }

        /** What it prints is read to the end, or it would wait for somebody to do so. */
        private fun awaitListening(process: Process) {
            val listening = CompletableFuture<String>()
            thread(isDaemon = true) {
                val lines = mutableListOf<String>()
                process.inputStream.bufferedReader().forEachLine {
                    lines += it
                    if (it == "listening") listening.complete(it)
                }
                listening.completeExceptionally(IllegalStateException("the provider ended: $lines"))
            }
            listening.orTimeout(60, TimeUnit.SECONDS).join()
        }

        private fun isInstalled(): Boolean {
            INSTALLED.createDirectories()
            val lock = INSTALLED.resolve("package-lock.json")
            val marker = INSTALLED.resolve("installed")
            val wanted = PACKAGES.resolve("package-lock.json").readBytes()
            PACKAGES.resolve("server.js").copyTo(INSTALLED.resolve("server.js"), overwrite = true)
            if (marker.exists() && lock.exists() && wanted.contentEquals(lock.readBytes())) return true
            listOf("package.json", "package-lock.json").forEach { PACKAGES.resolve(it).copyTo(INSTALLED.resolve(it), overwrite = true) }
            if (!succeeds(INSTALLED, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")) return false
            if (!marker.exists()) Files.createFile(marker)
            return true
        }

        private fun succeeds(folder: Path, vararg command: String): Boolean =
            try {
                ProcessBuilder(*command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor() == 0
            } catch (_: IOException) {
                false
            }
    }
}
