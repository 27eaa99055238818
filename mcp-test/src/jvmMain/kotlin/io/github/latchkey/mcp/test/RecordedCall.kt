package io.github.latchkey.mcp.test

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.serialization.json.JsonObject

/**
 * One JSON-RPC request that a handler answered, is answering, or was cancelled in.
 *
 * @property method the JSON-RPC method.
 * @property params its `params`, empty if there were none.
 * @property protocolVersion the revision it was made in.
 */
public class RecordedCall internal constructor(
    public val method: String,
    public val params: JsonObject,
    public val protocolVersion: String,
) {
    private val state = MutableStateFlow(State.RUNNING)

    /** `params.name`: the tool or prompt; null where there is none. */
    public val name: String? get() = params.string("name")

    /** How far the handler is. */
    public val currentState: State get() = state.value

    /** Waits until the handler has ended, at most five seconds; then throws `AssertionError`. */
    @JvmSynthetic
    public suspend fun awaitEnd(): State =
        inRealTime(WAIT_LIMIT_MILLIS) { state.first { it != State.RUNNING } }
            ?: throw AssertionError("$this is still running after $WAIT_LIMIT_MILLIS ms")

    /** The same as `awaitEnd`, for Java: holds the calling thread. */
    public fun waitForEnd(): State = holdingTheThread { awaitEnd() }

    internal fun end(outcome: State) {
        state.compareAndSet(State.RUNNING, outcome)
    }

    override fun toString(): String = "$method${name?.let { " $it" }.orEmpty()} ${currentState.name.lowercase()}"

    /** Where a handler can be. */
    public enum class State {
        /** It has not ended. */
        RUNNING,

        /** It returned a result. */
        COMPLETED,

        /** It threw. */
        FAILED,

        /** The client cancelled it, or the server was closed. */
        CANCELLED,
    }
}
