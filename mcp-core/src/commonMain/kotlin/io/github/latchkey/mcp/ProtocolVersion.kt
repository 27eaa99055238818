package io.github.latchkey.mcp

import kotlin.jvm.JvmStatic

/**
 * A revision of the Model Context Protocol that Latchkey speaks, oldest first.
 *
 * @property value the date by which the revision is named on the wire, such as `2025-11-25`
 */
public enum class ProtocolVersion(public val value: String) {
    V2024_11_05("2024-11-05"),
    V2025_03_26("2025-03-26"),
    V2025_06_18("2025-06-18"),
    V2025_11_25("2025-11-25"),
    V2026_07_28("2026-07-28"),
    ;

    /** Whether every request stands alone (2026-07-28) instead of following an `initialize` handshake. */
    public val isStateless: Boolean get() = this >= V2026_07_28

    override fun toString(): String = value

    public companion object {
        /** The newest revision; the one that is tried first. */
        @JvmStatic
        public val latest: ProtocolVersion get() = V2026_07_28

        /** The newest revision that begins with `initialize`. */
        @JvmStatic
        public val latestWithSession: ProtocolVersion get() = V2025_11_25

        /** The revision named [value] on the wire, or null if Latchkey does not speak it. */
        @JvmStatic
        public fun find(value: String): ProtocolVersion? = entries.find { it.value == value }
    }
}
