package io.github.latchkey.mcp.stdio

import kotlin.jvm.JvmField

/** How a server's process is started and spoken to. Immutable; made by a [Builder]. */
public class StdioOptions private constructor(
    builder: Builder,
) {
    /** Variables to set for the process, beside those it inherits. */
    public val environment: Map<String, String> = builder.environment.toMap()

    /** Whether the process inherits the whole environment instead of the few variables that programs need to run at all. */
    public val inheritsEnvironment: Boolean = builder.inheritsEnvironment

    /** The folder to start in; null for that of this process. */
    public val directory: String? = builder.directory

    /** The longest message that is read, in bytes. */
    public val maxMessageBytes: Int = builder.maxMessageBytes

    /** How long a server may take to answer `server/discover` before it is taken for one of the session era. */
    public val probeTimeoutMillis: Long = builder.probeTimeoutMillis

    /** Does not show the values of the environment, which are often credentials. */
    override fun toString(): String = "StdioOptions(environment=${environment.keys}, directory=$directory)"

    public class Builder {
        internal val environment = mutableMapOf<String, String>()
        internal var inheritsEnvironment = false
        internal var directory: String? = null
        internal var maxMessageBytes = 16 shl 20
        internal var probeTimeoutMillis = 3_000L

        /** Sets a variable for the process: the place for the credentials of a local server. */
        public fun environment(name: String, value: String): Builder =
            apply {
                require(name.isNotEmpty() && '=' !in name && '\u0000' !in name) { "environment: '$name' is no name of a variable" }
                require('\u0000' !in value) { "environment: the value of $name has a NUL character" }
                environment[name] = value
            }

        /**
         * Lets the process inherit the whole environment. Otherwise it gets what programs need to run (`PATH`, `HOME`, the locale
         * and the like), so that credentials of this process do not reach a server that somebody else wrote.
         */
        public fun inheritEnvironment(value: Boolean): Builder = apply { inheritsEnvironment = value }

        public fun directory(value: String): Builder = apply { directory = value }

        public fun maxMessageBytes(value: Int): Builder =
            apply {
                require(value > 0) { "maxMessageBytes must be positive, not $value" }
                maxMessageBytes = value
            }

        public fun probeTimeoutMillis(value: Long): Builder =
            apply {
                require(value > 0) { "probeTimeoutMillis must be positive, not $value" }
                probeTimeoutMillis = value
            }

        public fun build(): StdioOptions = StdioOptions(this)
    }

    public companion object {
        @JvmField
        public val DEFAULT: StdioOptions = Builder().build()

        public inline operator fun invoke(configure: Builder.() -> Unit): StdioOptions = Builder().apply(configure).build()
    }
}
