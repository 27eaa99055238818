package io.github.latchkey.mcp.test

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject

/** The response to one request, and the HTTP [status], or the [instead] of it all, that goes with it outside a stream. */
internal class CallAnswer(private val status: Int, val response: JsonObject, private val instead: ScriptedAnswer? = null) {
    val isRefusal: Boolean get() = "error" in response

    fun reply(): HttpReply {
        if (instead?.status != null) return HttpReply.Whole(instead.status, null, instead.body, instead.headers)
        return jsonReply(status, response)
    }
}

/**
 * Runs [handler] for [call], ends [stream] with its answer and returns that answer.
 * A cancelled handler ends the stream without one: nobody waits for it any more.
 */
internal suspend fun runHandler(
    handler: RequestHandler,
    call: ServerCall,
    id: JsonElement,
    record: RecordedCall,
    stream: EventStream,
): CallAnswer {
    var answer: CallAnswer? = null
    try {
        return answerOf(handler, call, id, record).also { answer = it }
    } finally {
        stream.end(answer?.let { messageEvent(it.response) })
    }
}

/** Runs [handler] for [call] and returns its answer, whatever it throws; a cancellation passes. */
internal suspend fun answerOf(handler: RequestHandler, call: ServerCall, id: JsonElement, record: RecordedCall): CallAnswer =
    try {
        CallAnswer(200, jsonRpcResult(id, handler.handle(call.params, call))).also { record.end(RecordedCall.State.COMPLETED) }
    } catch (e: CancellationException) {
        record.end(RecordedCall.State.CANCELLED)
        throw e
    } catch (e: JsonRpcFailure) {
        record.end(RecordedCall.State.FAILED)
        CallAnswer(e.status, jsonRpcError(id, e.code, e.message.orEmpty(), e.data))
    } catch (e: HttpFailure) {
        record.end(RecordedCall.State.FAILED)
        CallAnswer(200, jsonRpcError(id, ErrorCodes.INTERNAL_ERROR, e.message.orEmpty(), data = null), e.answer)
    } catch (e: Exception) { // a test's handler may throw anything
        currentCoroutineContext().ensureActive()
        record.end(RecordedCall.State.FAILED)
        CallAnswer(200, jsonRpcError(id, ErrorCodes.INTERNAL_ERROR, e.toString(), data = null))
    }
