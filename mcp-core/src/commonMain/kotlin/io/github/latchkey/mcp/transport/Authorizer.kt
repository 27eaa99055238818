package io.github.latchkey.mcp.transport

import io.github.latchkey.mcp.McpEvents
import kotlin.jvm.JvmOverloads

/**
 * Decides what credentials an HTTP request to an MCP server carries, and what to do when the server wants others. The only seam
 * between HTTP and OAuth. Called concurrently.
 */
public interface Authorizer {
    /** The credentials for [request], or null to send it without. May fetch or renew them; must not wait for a person. */
    public suspend fun credentials(request: ProtectedRequest): Credentials?

    /**
     * The server answered 401 or 403. Returns [ChallengeDecision.RETRY] once better credentials are there, and
     * [ChallengeDecision.GIVE_UP] when there are none to be had; then the transport throws what the status says. May instead
     * throw a [io.github.latchkey.mcp.McpException] that says more. May wait for a person.
     */
    public suspend fun onChallenge(challenge: AuthorizationChallenge): ChallengeDecision
}

public enum class ChallengeDecision { RETRY, GIVE_UP }

/**
 * An HTTP request that is about to be sent to an MCP server.
 *
 * @property httpMethod in capitals
 * @property url the very URL of the request
 * @property resource the MCP endpoint the request belongs to; the resource that a token is for
 * @property rpcMethod the JSON-RPC method in its body, and for `tools/call` and the like the name after a space; null if none
 * @property http the transport's own way to fetch the documents of a sign-in, with its proxy and trust settings
 * @property events hears the steps
 * @property isBestEffort whether nobody waits for it (a cancellation, the DELETE at close): it takes the credentials that are
 * there, and renews none
 * @property identity for whom it is made: the [CallContext.identity] of the call; null for the one and only user
 */
public class ProtectedRequest @JvmOverloads constructor(
    public val httpMethod: String,
    public val url: String,
    public val resource: String,
    public val rpcMethod: String?,
    public val http: HttpFetcher,
    public val events: McpEvents,
    public val isBestEffort: Boolean = false,
    public val identity: String? = null,
)

/**
 * A 401 or 403 to [request].
 *
 * @property status 401 or 403
 * @property challenges the parsed `WWW-Authenticate`, empty if there was none
 * @property headers all response headers, names in lower case
 * @property used the credentials that the request carried, or null if it carried none
 * @property attempt 1 for the first challenge to this request, 2 for the next, …
 * @property previous the challenge before this one, null for the first
 */
public class AuthorizationChallenge @JvmOverloads constructor(
    public val request: ProtectedRequest,
    public val status: Int,
    public val challenges: List<HttpChallenge>,
    public val headers: Map<String, String>,
    public val used: Credentials?,
    public val attempt: Int,
    public val previous: AuthorizationChallenge? = null,
)

/**
 * What goes on a request to authorize it. Subclasses may remember which token it came from, and hear what the answer says about it.
 *
 * @property headers names and values of the headers to add
 */
public open class Credentials(
    public val headers: Map<String, String>,
) {
    /**
     * The request with these credentials was answered with [status], whatever that is; [header] finds the value of a header by its name.
     * Called before the body is read, and before [Authorizer.onChallenge]. Does nothing unless overridden; must not wait.
     */
    public open fun onResponse(status: Int, header: (name: String) -> String?) {}

    final override fun toString(): String = "Credentials(${headers.keys})"
}

/** Sends one fixed token as `Authorization: Bearer` (RFC 6750 §2.1), and gives up when it is refused. */
public class BearerToken(
    token: String,
) : Authorizer {
    init {
        require(token.isNotEmpty() && token.all { it in '!'..'~' }) { "a bearer token must be visible ASCII without spaces" }
    }

    private val credentials = Credentials(mapOf("Authorization" to "Bearer $token"))

    override suspend fun credentials(request: ProtectedRequest): Credentials = credentials

    override suspend fun onChallenge(challenge: AuthorizationChallenge): ChallengeDecision = ChallengeDecision.GIVE_UP

    override fun toString(): String = "BearerToken"
}
