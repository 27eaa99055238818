package io.github.latchkey.mcp.http.faults

import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.http.TestEngine
import io.github.latchkey.mcp.test.Fault
import io.github.latchkey.mcp.test.FaultPlace

/** When a fault happens, as the client sees it. */
internal enum class Stage(val place: FaultPlace, val phase: Phase, val label: String) {
    DISCOVER(FaultPlace.CONNECT, Phase.CONNECT, "discover"),
    INITIALIZE(FaultPlace.CONNECT, Phase.CONNECT, "initialize"),
    INITIALIZED(FaultPlace.INITIALIZED, Phase.CONNECT, "initialized"),
    CALL(FaultPlace.CALL, Phase.REQUEST, "call"),
    SESSION_CALL(FaultPlace.CALL, Phase.REQUEST, "call in a session"),
    STREAM(FaultPlace.STREAM, Phase.STREAM, "stream"),
    CLOSE(FaultPlace.CLOSE, Phase.CLOSE, "close"),
    ;

    val isHandshake: Boolean get() = phase == Phase.CONNECT

    /** Whether the client is narrowed to 2025-11-25, so that there is a session. */
    val hasSession: Boolean get() = this != DISCOVER && this != CALL
}

/** One field of the matrix. */
internal class FaultCase(val fault: Fault, val stage: Stage, val engine: TestEngine) {
    val expected: Expected = expectedOf(fault, engine, stage)

    override fun toString(): String = "$fault at ${stage.label} on $engine"
}
