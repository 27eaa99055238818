package io.github.latchkey.mcp.transport

import kotlin.jvm.JvmOverloads

/**
 * Fetches the small documents of a sign-in: metadata, registrations, tokens. Implemented by the HTTP transport, so that a sign-in
 * uses the proxy and the trust settings of the connection it is for.
 */
public interface HttpFetcher {
    /**
     * Sends [request] and reads the whole answer. Follows no redirect and retries nothing. Any status is an answer.
     * Throws [io.github.latchkey.mcp.UnreachableException], [io.github.latchkey.mcp.TlsException],
     * [io.github.latchkey.mcp.RequestTimeoutException] or [io.github.latchkey.mcp.MessageTooLargeException], each of phase
     * [io.github.latchkey.mcp.Phase.AUTHORIZE].
     */
    public suspend fun fetch(request: Request): Response

    /**
     * @property body the text to send; null for none
     * @property maxBytes the largest answer that is read
     * @property timeoutMillis for the whole exchange
     */
    public class Request @JvmOverloads constructor(
        public val method: String,
        public val url: String,
        public val headers: Map<String, String> = emptyMap(),
        public val body: String? = null,
        public val maxBytes: Int = DEFAULT_MAX_BYTES,
        public val timeoutMillis: Long = DEFAULT_TIMEOUT_MILLIS,
    ) {
        override fun toString(): String = "$method $url"
    }

    /**
     * @property headers names in lower case; repeated ones joined with a comma
     */
    public class Response(
        public val status: Int,
        public val headers: Map<String, String>,
        public val body: String,
    ) {
        override fun toString(): String = "HTTP $status"
    }

    public companion object {
        public const val DEFAULT_MAX_BYTES: Int = 1 shl 20
        public const val DEFAULT_TIMEOUT_MILLIS: Long = 10_000
    }
}
