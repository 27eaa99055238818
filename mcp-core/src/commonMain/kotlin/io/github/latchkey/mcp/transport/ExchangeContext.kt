package io.github.latchkey.mcp.transport

import io.github.latchkey.mcp.Phase
import io.github.latchkey.mcp.ProtocolVersion
import kotlin.jvm.JvmField
import kotlin.jvm.JvmOverloads

/**
 * What a transport must know of a message beside its text.
 *
 * @property version the revision in force; null before one is (for `initialize`, or when its handshake failed)
 * @property phase what the message is part of, for exceptions
 * @property isBestEffort a message whose failure nobody waits for (a cancellation, the DELETE at close): it never starts a sign-in
 * @property deadline the clock that is running
 * @property mirrored arguments that go into `Mcp-Param-` headers as well: the names behind that prefix, and plain values (2026-07-28)
 */
public class ExchangeContext @JvmOverloads constructor(
    public val version: ProtocolVersion?,
    public val phase: Phase,
    public val deadline: Deadline = Deadline.NONE,
    public val isBestEffort: Boolean = false,
    public val mirrored: Map<String, String> = emptyMap(),
)

/** The clock of an exchange, seen from the transport. */
public interface Deadline {
    /** Bytes of the response arrived: the time allowed for silence begins anew. */
    public fun signOfLife()

    /** Runs [block], which may wait for a person, with the clock stopped. */
    public suspend fun <T> paused(block: suspend () -> T): T

    public companion object {
        /** A clock that never runs out. */
        @JvmField
        public val NONE: Deadline =
            object : Deadline {
                override fun signOfLife() = Unit

                override suspend fun <T> paused(block: suspend () -> T): T = block()
            }
    }
}
