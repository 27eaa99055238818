package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.DiscoverResult
import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.JsonRpcError
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.NotMcpException
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.RequestTimeoutException
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonPrimitive

/** What an answer to `server/discover` says about the server. */
internal sealed interface EraVerdict {
    /** What a result can say. */
    sealed interface OfResult : EraVerdict

    /** What a failure can say. */
    sealed interface OfFailure : EraVerdict

    /** It is stateless and speaks [version]. */
    class Stateless(
        val version: ProtocolVersion,
        val result: DiscoverResult,
    ) : OfResult

    /** It is stateless, and asks for the same once more with [version]. */
    class RepeatWith(
        val version: ProtocolVersion,
    ) : OfFailure

    /** It wants `initialize`, best with [version]. */
    class Session(
        val version: ProtocolVersion,
    ) : OfResult,
        OfFailure

    /** It has no revision in common with this client; [serverVersions] is empty if it named none. */
    class NothingInCommon(
        val serverVersions: List<String>,
    ) : OfResult,
        OfFailure

    /** The answer says nothing about the era: it is the failure to report. */
    data object None : OfFailure
}

/**
 * The table by which an answer to `server/discover` is judged (MCP 2026-07-28, Versioning; Streamable HTTP, Backward
 * Compatibility).
 */
internal class EraRules(
    spoken: Collection<ProtocolVersion>,
) {
    /** The stateless revisions to speak, newest first. */
    val stateless: List<ProtocolVersion> = spoken.filter { it.isStateless }.sortedDescending()

    /** The revisions with a session to speak, newest first. */
    val session: List<ProtocolVersion> = spoken.filterNot { it.isStateless }.sortedDescending()

    /** Success alone proves nothing: servers of the session era answer unknown methods with `{}` (TRAP-02). */
    fun judge(answer: RawJson): EraVerdict.OfResult {
        val result = discoverResult(answer)
        if (result == null || result.supportedVersions.isEmpty()) return newestSession() ?: EraVerdict.NothingInCommon(emptyList())
        val named = result.supportedVersions
        val version = stateless.find { it.value in named }
        return if (version != null) EraVerdict.Stateless(version, result) else sessionAmong(named) ?: EraVerdict.NothingInCommon(named)
    }

    fun judge(failure: McpException): EraVerdict.OfFailure {
        // On stdio, servers of the session era may leave an unknown request unanswered.
        if (failure is RequestTimeoutException && failure.deadline == "probe") return newestSession() ?: EraVerdict.None
        if (failure.code in NO_EVIDENCE) return EraVerdict.None
        return when (failure.jsonRpcError?.code) {
            JsonRpcError.UNSUPPORTED_PROTOCOL_VERSION -> judgeSupported(supportedVersions(failure.jsonRpcError))
            JsonRpcError.HEADER_MISMATCH, JsonRpcError.MISSING_REQUIRED_CLIENT_CAPABILITY -> EraVerdict.None
            else -> if (failure.rejectsTheMethod()) newestSession() ?: EraVerdict.NothingInCommon(emptyList()) else EraVerdict.None
        }
    }

    /** The newest revision with a session that the server names in [named], or that there is nothing in common. */
    fun sessionAmong(named: List<String>): EraVerdict.Session? = session.find { it.value in named }?.let(EraVerdict::Session)

    private fun judgeSupported(named: List<String>?): EraVerdict.OfFailure {
        if (named == null) return EraVerdict.None
        // Even when it is the version just sent: such servers exist, and one repetition satisfies them (TRAP-01).
        val version = stateless.find { it.value in named }
        return if (version != null) EraVerdict.RepeatWith(version) else sessionAmong(named) ?: EraVerdict.NothingInCommon(named)
    }

    private fun newestSession(): EraVerdict.Session? = session.firstOrNull()?.let(EraVerdict::Session)

    private fun discoverResult(answer: RawJson): DiscoverResult? =
        try {
            answer.decodeWire(DiscoverResult.serializer())
        } catch (_: SerializationException) {
            null
        }

    private fun McpException.rejectsTheMethod(): Boolean {
        val status = status ?: return jsonRpcError != null
        return status in CLIENT_ERRORS || (status in SUCCESSES && (jsonRpcError != null || this is NotMcpException))
    }

    companion object {
        private val CLIENT_ERRORS = 400..499
        private val SUCCESSES = 200..299

        // Who asks for credentials, for patience or for a smaller message has not spoken about the era (TRAP-36).
        private val NO_EVIDENCE =
            setOf(
                ErrorCode.UNAUTHORIZED,
                ErrorCode.AUTHORIZATION_FAILED,
                ErrorCode.FORBIDDEN,
                ErrorCode.INSUFFICIENT_SCOPE,
                ErrorCode.RATE_LIMITED,
                ErrorCode.TIMEOUT,
            )

        /** `data.supported` of an error, or null if it is no array of strings. */
        fun supportedVersions(error: JsonRpcError?): List<String>? {
            val supported = error?.data?.toObject()?.get("supported") as? JsonArray ?: return null
            return supported.map { (it as? JsonPrimitive)?.takeIf(JsonPrimitive::isString)?.content ?: return null }
        }
    }
}
