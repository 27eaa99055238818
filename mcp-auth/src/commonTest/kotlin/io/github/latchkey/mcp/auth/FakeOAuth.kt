package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.McpEvent
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.auth.internal.url.formDecode
import io.github.latchkey.mcp.transport.AuthorizationChallenge
import io.github.latchkey.mcp.transport.Authorizer
import io.github.latchkey.mcp.transport.ChallengeDecision
import io.github.latchkey.mcp.transport.HttpChallenge
import io.github.latchkey.mcp.transport.HttpFetcher
import io.github.latchkey.mcp.transport.HttpFetcher.Request
import io.github.latchkey.mcp.transport.HttpFetcher.Response
import io.github.latchkey.mcp.transport.ProtectedRequest
import kotlinx.coroutines.delay
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlin.io.encoding.Base64
import kotlin.time.Clock
import kotlin.time.Instant

const val RESOURCE = "https://mcp.example/mcp"
const val PRM = "https://mcp.example/.well-known/oauth-protected-resource/mcp"
const val ISSUER = "https://as.example"
const val REDIRECT_URI = "http://127.0.0.1:7/callback"

/** The network of a sign-in: whatever stands in [pages], else 404. */
open class FakeHttp : HttpFetcher {
    val requests = mutableListOf<Request>()
    val pages = mutableMapOf<String, suspend (Request) -> Response>()
    val urls: List<String> get() = requests.map { it.url }

    override suspend fun fetch(request: Request): Response {
        requests += request
        return pages[request.url]?.invoke(request) ?: Response(404, emptyMap(), "")
    }

    fun page(url: String, body: String, status: Int = 200, headers: Map<String, String> = mapOf("content-type" to "application/json")) {
        pages[url] = { Response(status, headers, body) }
    }
}

/** An authorization server that keeps the rules of PKCE, of redirect URIs, of `resource` and of rotation, and fails the test if they are broken. */
class FakeOAuth(
    private val http: FakeHttp,
    private val issuer: String = ISSUER,
) {
    val metadata = LinkedHashMap<String, JsonElement>()
    val registrations = mutableListOf<JsonObject>()
    val tokenRequests = mutableListOf<Map<String, String>>()
    val tokens = HashMap<String, List<String>>() // with their scopes
    var tokenExtras = ""","expires_in":3600"""
    var issuesRefreshTokens = true
    var granted: (List<String>) -> List<String> = { it }
    var tokenDelayMillis = 0L

    /** What the token endpoint answers first, before it answers itself. */
    val tokenAnswers = ArrayDeque<suspend (Request) -> Response>()

    /** `DPoP` for tokens that are bound, if the request has a proof. */
    var bindsTokens = false
    var registrationExtras = ""
    private val codes = HashMap<String, Map<String, String>>()
    private val refreshTokens = HashMap<String, Map<String, String>>()
    private var count = 0

    init {
        metadata["issuer"] = JsonPrimitive(issuer)
        metadata["authorization_endpoint"] = JsonPrimitive("$issuer/authorize")
        metadata["token_endpoint"] = JsonPrimitive("$issuer/token")
        metadata["registration_endpoint"] = JsonPrimitive("$issuer/register")
        metadata["code_challenge_methods_supported"] = Json.parseToJsonElement("""["S256"]""")
        metadata["token_endpoint_auth_methods_supported"] = Json.parseToJsonElement("""["none"]""")
        http.pages["$issuer/.well-known/oauth-authorization-server"] = { Response(200, JSON, JsonObject(metadata).toString()) }
        http.pages["$issuer/register"] = { register(it) }
        http.pages["$issuer/token"] = { token(it) }
    }

    fun set(name: String, json: String?) {
        if (json == null) metadata.remove(name) else metadata[name] = Json.parseToJsonElement(json)
    }

    fun serveResourceMetadata(url: String = PRM, resource: String = RESOURCE, more: String = "") =
        http.page(url, """{"resource":"$resource","authorization_servers":["$issuer"]$more}""")

    /** The person consents: the redirect that the browser is sent to. */
    fun approve(url: AuthorizationUrl): String {
        val parameters = formDecode(url.value.substringAfter('?')).toMap()
        check(parameters["code_challenge_method"] == "S256" && parameters["response_type"] == "code")
        val code = "code-${++count}"
        codes[code] = parameters
        return "${parameters["redirect_uri"]}?code=$code&state=${parameters["state"]}"
    }

    fun expireTokens() = tokens.clear()

    fun revokeRefreshTokens() = refreshTokens.clear()

    private fun register(request: Request): Response {
        val body = Json.parseToJsonElement(request.body.orEmpty()).jsonObject
        registrations += body
        val uris = body.getValue("redirect_uris")
        return Response(201, JSON, """{"client_id":"client-${registrations.size}@$issuer","redirect_uris":$uris$registrationExtras}""")
    }

    private suspend fun token(request: Request): Response {
        val form = formDecode(request.body.orEmpty()).toMap()
        tokenRequests += form + request.headers.filterKeys { it == "Authorization" || it == "DPoP" }
        delay(tokenDelayMillis)
        tokenAnswers.removeFirstOrNull()?.let { return it(request) }
        val asked =
            when (form["grant_type"]) {
                "refresh_token" -> refreshTokens.remove(form["refresh_token"]) ?: return error("invalid_grant")
                "authorization_code" -> codes.remove(form["code"])?.also { checkCode(it, form) } ?: return error("invalid_grant")
                else -> form
            }
        check(form["resource"] == asked["resource"]) { "another resource" }
        return answer(asked, isBound = bindsTokens && "DPoP" in request.headers)
    }

    private fun answer(asked: Map<String, String>, isBound: Boolean): Response {
        val token = "token-${++count}"
        val wanted = asked["scope"].orEmpty().split(' ').filter { it.isNotEmpty() }
        val scopes = granted(wanted)
        tokens[token] = scopes
        val isForPerson = asked["grant_type"] !in setOf("client_credentials", "urn:ietf:params:oauth:grant-type:jwt-bearer")
        val refresh = "refresh-$count".takeIf { issuesRefreshTokens && isForPerson }?.also { refreshTokens[it] = asked }
        val type = if (isBound) "DPoP" else "Bearer"
        val scope = if (scopes == wanted) "" else ""","scope":"${scopes.joinToString(" ")}""""
        return Response(
            200,
            JSON,
            """{"access_token":"$token","token_type":"$type"$tokenExtras$scope${refresh?.let {
                ""","refresh_token":"$it""""
            }.orEmpty()}}""",
        )
    }

    private fun checkCode(asked: Map<String, String>, form: Map<String, String>) {
        check(form["redirect_uri"] == asked["redirect_uri"]) { "another redirect_uri" }
        val challenge = Base64.UrlSafe.withPadding(
            Base64.PaddingOption.ABSENT,
        ).encode(FakeCrypto().sha256(form["code_verifier"].orEmpty().encodeToByteArray()))
        check(challenge == asked["code_challenge"]) { "another code_verifier" }
    }

    fun refuse(error: String) {
        tokenAnswers += { error(error) }
    }

    private fun error(error: String) = Response(400, JSON, """{"error":"$error"}""")
}

val JSON = mapOf("content-type" to "application/json")

/** Numbers that differ, and a hash that is none. */
class FakeCrypto : OAuthCrypto {
    private var count = 0

    override fun sha256(bytes: ByteArray): ByteArray = bytes.reversedArray()

    override fun randomBytes(count: Int): ByteArray = "${++this.count}".padStart(count, 'r').encodeToByteArray()

    override fun newSigner(algorithms: List<String>): JwtSigner? = FakeSigner("k${++count}").takeIf { "ES256" in algorithms }
}

/** Signs nothing: the three parts are there to be read. */
class FakeSigner(
    private val name: String = "key",
    override val algorithm: String = "ES256",
) : JwtSigner {
    override val keyId: String? get() = name
    override val publicJwk: String get() = """{"kty":"EC","crv":"P-256","x":"x-$name","y":"y-$name","d":"s3cret-$name","alg":"ES256"}"""

    override suspend fun sign(header: String, claims: String): String = listOf(header, claims, name).joinToString(".") { encode(it) }

    override fun toString(): String = "FakeSigner($name)"

    companion object {
        private val base64 = Base64.UrlSafe.withPadding(Base64.PaddingOption.ABSENT)

        fun encode(text: String): String = base64.encode(text.encodeToByteArray())

        /** The header and the claims of [jwt]. */
        fun read(jwt: String): Pair<JsonObject, JsonObject> {
            val (header, claims) = jwt.split('.').take(2).map { Json.parseToJsonElement(base64.decode(it).decodeToString()).jsonObject }
            return header to claims
        }
    }
}

/** Names in the internet, unless [addresses] knows better. */
class FakeHosts : HostResolver {
    val addresses = mutableMapOf<String, List<String>>()

    override suspend fun resolve(host: String): List<ByteArray> =
        (addresses[host] ?: listOf("93.184.216.34")).map { address -> address.split('.').map { it.toInt().toByte() }.toByteArray() }
}

/** An authorizer in a world of fakes. */
fun OAuthAuthorizer(options: OAuthOptions, crypto: OAuthCrypto): OAuthAuthorizer = OAuthAuthorizer(options, crypto, FakeHosts())

class FakeClock(
    var now: Instant = Instant.fromEpochSeconds(1_000_000),
) : Clock {
    override fun now(): Instant = now
}

/** A person who answers with [answer]; [urls] are what they were shown. */
class FakePerson(
    private val redirectUri: String = REDIRECT_URI,
    override val isInteractive: Boolean = true,
    private val answer: suspend (AuthorizationUrl) -> String,
) : AuthorizationPrompt {
    val urls = mutableListOf<AuthorizationUrl>()
    val reports = mutableListOf<String>()
    var open = 0

    fun parameters(index: Int): Map<String, String> = formDecode(urls[index].value.substringAfter('?')).toMap()

    override suspend fun prepare(registeredRedirectUris: List<String>): RedirectReceiver {
        open++
        return object : RedirectReceiver {
            override val redirectUri: String get() = this@FakePerson.redirectUri

            override suspend fun authorize(url: AuthorizationUrl): String {
                urls += url
                return answer(url)
            }

            override suspend fun report(failure: McpException?) {
                reports += failure?.message ?: "signed in"
            }

            override fun close() {
                open--
            }
        }
    }
}

/** A caller with a transport: sends, and sends again when told to. [answer] is the server: null for 200, else the status and the challenge. */
class FakeCaller(
    private val authorizer: Authorizer,
    private val http: HttpFetcher,
    private val resource: String = RESOURCE,
    private val answer: suspend (token: String?, rpcMethod: String) -> Pair<Int, String?>?,
) {
    val events = mutableListOf<McpEvent>()
    val sent = mutableListOf<String?>()

    /** What was sent to prove possession, if anything. */
    val proofs = mutableListOf<String?>()

    /** What goes on an answer besides its challenge. */
    var answerHeaders: Map<String, String> = emptyMap()

    /** The status in the end. */
    suspend fun call(rpcMethod: String = "tools/list", identity: String? = null): Int {
        val request = ProtectedRequest("POST", resource, resource, rpcMethod, http, { events += it }, identity = identity)
        var attempt = 0
        var challenge: AuthorizationChallenge? = null
        while (true) {
            val used = authorizer.credentials(request)
            val token = used?.headers?.get("Authorization")?.removePrefix("Bearer ")
            sent += token
            proofs += used?.headers?.get("DPoP")
            val refusal = answer(token, rpcMethod)
            used?.onResponse(refusal?.first ?: 200) { answerHeaders[it.lowercase()] }
            val (status, header) = refusal ?: return 200
            val challenges = HttpChallenge.parse(listOfNotNull(header))
            challenge = AuthorizationChallenge(request, status, challenges, answerHeaders, used, ++attempt, challenge)
            if (attempt > 6 || authorizer.onChallenge(challenge) == ChallengeDecision.GIVE_UP) return status
        }
    }
}

fun List<HttpFetcher.Request>.gets(): List<String> = filter { it.method == "GET" }.map { it.url }

fun JsonObject.strings(name: String): List<String> = getValue(name).jsonArray.map { it.jsonPrimitive.content }

fun stateOf(url: AuthorizationUrl): String = formDecode(url.value.substringAfter('?')).toMap().getValue("state")

/** One MCP server, one authorization server, one person, one client. */
class World(
    configure: OAuthOptions.Builder.() -> Unit = {},
    val crypto: OAuthCrypto = FakeCrypto(),
    isInteractive: Boolean = true,
    grant: AuthorizationGrant? = null,
    answer: suspend World.(AuthorizationUrl) -> String = { oauth.approve(it) },
) {
    var approver: suspend World.(AuthorizationUrl) -> String = answer
    val http = FakeHttp()
    val oauth = FakeOAuth(http)
    val clock = FakeClock()
    val store = MemoryTokenStore()
    val person = FakePerson(isInteractive = isInteractive) { approver(it) }
    private val builder = if (grant == null) OAuthOptions.builder(person) else OAuthOptions.builder(grant)
    val options: OAuthOptions = builder.clock(clock).tokenStore(store).apply(configure).build()
    val hosts = FakeHosts()
    val authorizer = OAuthAuthorizer(options, crypto, hosts)

    /** What requests need; a token without it gets `insufficient_scope`. */
    var needed: (String) -> List<String> = { emptyList() }
    var challenge: String? = "Bearer"
    val caller = FakeCaller(authorizer, http) { token, method -> refusal(token, method) }

    private fun refusal(token: String?, method: String): Pair<Int, String?>? {
        val scopes = oauth.tokens[token] ?: return 401 to challenge
        val missing = needed(method) - scopes.toSet()
        return if (missing.isEmpty()) null else 403 to """Bearer error="insufficient_scope", scope="${missing.joinToString(" ")}""""
    }

    suspend fun call(rpcMethod: String = "tools/list", identity: String? = null): Int = caller.call(rpcMethod, identity)

    /** An authorization server at the origin of the MCP server itself, as 2025-03-26 has it. */
    val originOAuth: FakeOAuth by lazy { FakeOAuth(http, "https://mcp.example") }

    /** The same as [call], of a server that takes the tokens of [originOAuth]. */
    suspend fun callOrigin(): Int = FakeCaller(authorizer, http) { token, _ ->
        if (token in
            originOAuth.tokens
        ) {
            null
        } else {
            401 to null
        }
    }.call()
}
