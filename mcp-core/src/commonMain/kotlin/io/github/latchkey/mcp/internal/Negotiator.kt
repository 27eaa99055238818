package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.DiscoverResult
import io.github.latchkey.mcp.ErrorCode
import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.Implementation
import io.github.latchkey.mcp.JsonRpcError
import io.github.latchkey.mcp.JsonRpcNotification
import io.github.latchkey.mcp.McpEvents
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.NegotiationEvent
import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProtocolVersion
import io.github.latchkey.mcp.ServerCapabilities
import io.github.latchkey.mcp.ServerDescription
import io.github.latchkey.mcp.UnsupportedVersionException
import io.github.latchkey.mcp.transport.Deadline
import io.github.latchkey.mcp.transport.ExchangeContext
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** What a handshake found out. */
internal class Negotiated(
    val exchanges: Exchanges,
    val era: Era,
    val description: ServerDescription,
)

/** Finds the revision to speak with a server: `server/discover` first, `initialize` where that is what the server wants. */
internal class Negotiator(
    private val exchanges: Exchanges,
    private val options: ClientOptions,
    private val events: McpEvents,
    private val deadline: Deadline,
) {
    private val endpoint = exchanges.endpoint
    private val rules = EraRules(options.protocolVersions)
    private val requests = ServerRequests(options)

    suspend fun negotiate(): Negotiated =
        try {
            negotiateHere()
        } catch (e: McpException) {
            negotiateElsewhere(e)
        }

    /** Begins a session anew with the server that has lost the one before, in which [version] was spoken. */
    suspend fun renew(version: ProtocolVersion): Negotiated = initialize(version)

    /**
     * The older way to the server, if there is one. If there is none, what failed first is the story. If there is, then what fails on it is; and who is
     * asked for credentials there has found it.
     */
    private suspend fun negotiateElsewhere(first: McpException): Negotiated {
        val version = rules.session.firstOrNull() ?: throw first
        var isFound = false
        try {
            val older = exchanges.fallback(first, deadline) ?: throw first
            isFound = true
            step("fallback", "another way to the server is open")
            return Negotiator(older, options, events, deadline).initialize(version)
        } catch (e: McpException) {
            if (e === first) throw first
            val (story, other) = if (isFound || e.code in ABOUT_CREDENTIALS) e to first else first to e
            story.addSuppressed(other)
            throw story
        }
    }

    private suspend fun negotiateHere(): Negotiated {
        val stateless = rules.stateless.firstOrNull()
        val withSession = rules.session.firstOrNull()
        return when {
            withSession == null -> discover(rules.stateless.first())
            stateless == null -> initialize(withSession)
            options.eraMemory.isSessionEra(endpoint) -> initializeFromMemory(withSession)
            else -> discover(stateless)
        }
    }

    private suspend fun initializeFromMemory(version: ProtocolVersion): Negotiated =
        try {
            initialize(version)
        } catch (e: McpException) {
            if (rules.judge(e) == EraVerdict.None) throw e
            step("initialize", "no longer what this endpoint wants")
            options.eraMemory.forget(endpoint)
            discover(rules.stateless.first())
        }

    private suspend fun discover(version: ProtocolVersion, isRepeated: Boolean = false): Negotiated {
        val era = StatelessEra(version, options, requests)
        val asked = "server/discover $version"
        val answer =
            try {
                exchanges.handshake("server/discover", era.params(NO_PARAMS), version, deadline)
            } catch (e: McpException) {
                return discoverFailed(e, asked, isRepeated)
            }
        return when (val verdict = rules.judge(answer)) {
            is EraVerdict.Stateless -> {
                step(asked, "speaks ${verdict.version}")
                options.eraMemory.forget(endpoint)
                Negotiated(exchanges, StatelessEra(verdict.version, options, requests), verdict.result.describe(verdict.version))
            }

            is EraVerdict.Session -> {
                step(asked, "wants initialize")
                initialize(verdict.version, cameFromDiscover = true)
            }

            is EraVerdict.NothingInCommon -> {
                throw nothingInCommon(verdict.serverVersions, null)
            }
        }
    }

    private suspend fun discoverFailed(failure: McpException, asked: String, isRepeated: Boolean): Negotiated =
        when (val verdict = rules.judge(failure)) {
            is EraVerdict.RepeatWith -> {
                if (isRepeated) throw nothingInCommon(listOf(verdict.version.value), failure)
                step(asked, "asks for ${verdict.version}")
                discover(verdict.version, isRepeated = true)
            }

            is EraVerdict.Session -> {
                step(asked, "wants initialize")
                initializeAfter(failure, verdict.version)
            }

            is EraVerdict.NothingInCommon -> {
                throw if (failure.jsonRpcError == null) failure else nothingInCommon(verdict.serverVersions, failure)
            }

            EraVerdict.None -> {
                throw failure
            }
        }

    /** Whatever fails from here on, what the server said first belongs to the story. */
    private suspend fun initializeAfter(first: McpException, version: ProtocolVersion): Negotiated =
        try {
            initialize(version, cameFromDiscover = true)
        } catch (e: McpException) {
            if (first !== e) e.addSuppressed(first)
            throw e
        }

    private suspend fun initialize(version: ProtocolVersion, cameFromDiscover: Boolean = false, isRepeated: Boolean = false): Negotiated {
        val answer =
            try {
                exchanges.handshake("initialize", initializeParams(version), null, deadline)
            } catch (e: McpException) {
                val named = EraRules.supportedVersions(e.jsonRpcError) ?: throw e
                return anotherWay(e, named, cameFromDiscover, isRepeated)
            }
        val result = exchanges.decode(answer, "initialize", InitializeResult.serializer(), Phase.CONNECT)
        val negotiated =
            rules.session.find { it.value == result.protocolVersion } ?: throw nothingInCommon(listOf(result.protocolVersion), null)
        exchanges.notify(JsonRpcNotification("notifications/initialized", null), ExchangeContext(negotiated, Phase.CONNECT, deadline))
        step("initialize $version", "speaks $negotiated")
        if (rules.stateless.isNotEmpty()) options.eraMemory.remember(endpoint)
        val description = ServerDescription(negotiated.value, result.capabilities, result.serverInfo, result.instructions)
        return Negotiated(exchanges, SessionEra(negotiated), description)
    }

    /** `initialize` was refused by a server that names the versions it would take (VER-10, VER-18). */
    private suspend fun anotherWay(refusal: McpException, named: List<String>, cameFromDiscover: Boolean, isRepeated: Boolean): Negotiated {
        val isStateless = refusal.jsonRpcError?.code == JsonRpcError.UNSUPPORTED_PROTOCOL_VERSION
        val stateless = rules.stateless.find { it.value in named }
        val session = rules.sessionAmong(named)
        return when {
            isStateless && stateless != null && !cameFromDiscover -> discover(stateless, isRepeated = true)
            !isRepeated && session != null -> initialize(session.version, cameFromDiscover, isRepeated = true)
            else -> throw nothingInCommon(named, refusal)
        }
    }

    private fun initializeParams(version: ProtocolVersion) =
        JsonObject(
            mapOf(
                "protocolVersion" to JsonPrimitive(version.value),
                "capabilities" to requests.capabilities(version),
                "clientInfo" to McpJson.encodeToJsonElement(Implementation.serializer(), options.clientInfo),
            ),
        )

    private fun nothingInCommon(serverVersions: List<String>, cause: McpException?): UnsupportedVersionException {
        val spoken = (rules.stateless + rules.session).map { it.value }
        val theirs = if (serverVersions.isEmpty()) "none of them" else serverVersions.joinToString()
        return UnsupportedVersionException(
            "no MCP revision in common with $endpoint: this client speaks ${spoken.joinToString()}, the server $theirs",
            spoken,
            serverVersions,
            FailureDetails(
                Phase.CONNECT,
                endpoint,
                "allow more revisions in this client if it is narrowed to some, else update the server or this client",
                cause?.answer,
            ),
            cause,
        )
    }

    private fun step(asked: String, outcome: String) {
        if (events.isListening) events.onEvent(NegotiationEvent(asked, outcome))
    }

    @Serializable
    private class InitializeResult(
        val protocolVersion: String,
        val capabilities: ServerCapabilities = ServerCapabilities(),
        val serverInfo: Implementation? = null,
        val instructions: String? = null,
    )

    private companion object {
        val NO_PARAMS = JsonObject(emptyMap())
        val ABOUT_CREDENTIALS = setOf(ErrorCode.UNAUTHORIZED, ErrorCode.AUTHORIZATION_FAILED, ErrorCode.INSUFFICIENT_SCOPE)
    }
}

private fun DiscoverResult.describe(version: ProtocolVersion) =
    ServerDescription(version.value, capabilities, serverInfo, instructions)
