package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.McpException
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.plugins.HttpTimeoutCapability
import io.ktor.client.plugins.timeout
import io.ktor.client.request.HttpRequestBuilder
import io.ktor.client.request.prepareRequest
import io.ktor.client.statement.HttpResponse
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive

/**
 * A Ktor client on an engine, and what the engine's exceptions mean.
 *
 * @param isShared whether others use the client, too
 */
internal class EngineClient(
    private val client: HttpClient,
    val faults: EngineFaults,
    private val isShared: Boolean,
) {
    private val hasConnectTimeout = client.isSupported(HttpTimeoutCapability)

    /**
     * Sends [request] and hands the answer to [onAnswer] when its headers are there. Its connection is free or closed when this
     * returns. [unanswered] makes the failure of a request that had no answer; what [onAnswer] throws passes as it is.
     */
    // A cancellation that is not the caller's is the engine's way to say that it failed.
    @Suppress("SuspendFunSwallowedCancellation")
    suspend fun <T> execute(
        request: HttpRequestBuilder,
        connectTimeoutMillis: Long,
        unanswered: (fault: EngineFault, cause: Exception) -> McpException,
        onAnswer: suspend (HttpResponse) -> T,
    ): T {
        if (hasConnectTimeout) request.timeout { this.connectTimeoutMillis = connectTimeoutMillis }
        val progress = Progress()
        try {
            return client.prepareRequest(request).execute { response ->
                progress.isAnswered = true
                onAnswer(response)
            }
        } catch (e: Exception) { // engines throw what they like
            // First: of a caller that was cancelled with a cause, Ktor throws the cause.
            currentCoroutineContext().ensureActive()
            throw if (progress.isAnswered) e else unanswered(faults.judge(e), e)
        }
    }

    /** Ends the client if it is nobody else's; never the engine. */
    fun close() {
        if (!isShared) client.close()
    }

    private class Progress {
        var isAnswered = false
    }
}

/** A client that hands over answers as they come: no redirects, no retries, no exceptions for a status, no conversions. */
internal fun plainClient(engine: HttpClientEngine): HttpClient =
    HttpClient(engine) {
        expectSuccess = false
        followRedirects = false
        useDefaultTransformers = false
    }
