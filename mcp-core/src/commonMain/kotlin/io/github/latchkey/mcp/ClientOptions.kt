package io.github.latchkey.mcp

import io.github.latchkey.mcp.transport.CallContext
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlin.jvm.JvmField
import kotlin.jvm.JvmOverloads
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** How a client behaves. Immutable; made by a [Builder]. */
public class ClientOptions private constructor(
    builder: Builder,
) {
    /** Who the client says it is. */
    public val clientInfo: Implementation = builder.clientInfo

    /** The revisions the client is willing to speak; by default all of them. */
    public val protocolVersions: Set<ProtocolVersion> = builder.protocolVersions.toSet()

    /** Hears what happens. */
    public val events: McpEvents = builder.events

    /** Remembers which endpoints want `initialize`. */
    public val eraMemory: EraMemory = builder.eraMemory

    /** Names the folders a server may work in; null declares no roots. */
    public val roots: RootsHandler? = builder.roots

    /** Asks the host's model; null declares no sampling. */
    public val sampling: SamplingHandler? = builder.sampling

    /** Asks the person; null declares no elicitation. */
    public val elicitation: ElicitationHandler? = builder.elicitation

    internal val maxConcurrentRequests: Int? = builder.maxConcurrentRequests
    internal val takesTasks: Boolean = builder.takesTasks
    internal val cachesResults: Boolean = builder.cachesResults
    internal val traceContext: (() -> TraceContext?)? = builder.traceContext
    internal val outputValidator: SchemaValidator? = builder.outputValidator
    internal val outputValidation: OutputValidation = builder.outputValidation
    internal val samplesWithTools: Boolean = builder.samplesWithTools
    internal val elicitsUrls: Boolean = builder.elicitsUrls
    internal val extensions: Map<String, JsonElement> = builder.extensions.toMap()
    internal val connectTimeout: Duration = builder.connectTimeout
    internal val requestTimeout: Duration = builder.requestTimeout
    internal val absoluteTimeout: Duration = builder.absoluteTimeout
    internal val closeTimeout: Duration = builder.closeTimeout
    internal val timeSource: TimeSource = builder.timeSource

    /** All values have defaults, so an empty builder will do. */
    public class Builder {
        internal var clientInfo = Implementation("latchkey", "0.1.0")
        internal var protocolVersions: Collection<ProtocolVersion> = ProtocolVersion.entries
        internal var events = McpEvents.NONE
        internal var eraMemory = EraMemory.PROCESS
        internal var roots: RootsHandler? = null
        internal var sampling: SamplingHandler? = null
        internal var samplesWithTools = false
        internal var elicitation: ElicitationHandler? = null
        internal var elicitsUrls = false
        internal val extensions = linkedMapOf<String, JsonElement>()
        internal var maxConcurrentRequests: Int? = null
        internal var takesTasks = false
        internal var cachesResults = true
        internal var traceContext: (() -> TraceContext?)? = null
        internal var outputValidator: SchemaValidator? = null
        internal var outputValidation = OutputValidation.WARN
        internal var connectTimeout = 30.seconds
        internal var requestTimeout = 60.seconds
        internal var absoluteTimeout = 30.minutes
        internal var closeTimeout = 2.seconds
        internal var timeSource: TimeSource = TimeSource.Monotonic

        public fun clientInfo(value: Implementation): Builder = apply { clientInfo = value }

        /**
         * Narrows the revisions to speak. With one of 2025-11-25 or older alone, no `server/discover` is sent; with 2026-07-28
         * alone, no `initialize`.
         */
        public fun protocolVersions(values: Collection<ProtocolVersion>): Builder =
            apply {
                require(values.isNotEmpty()) { "protocolVersions must not be empty" }
                protocolVersions = values
            }

        public fun events(value: McpEvents): Builder = apply { events = value }

        public fun eraMemory(value: EraMemory): Builder = apply { eraMemory = value }

        /** Declares roots: servers may ask in which folders they may work. Deprecated by MCP 2026-07-28, still in use. */
        public fun roots(handler: RootsHandler): Builder = apply { roots = handler }

        /**
         * Declares sampling: servers may ask the host's model, [withTools] with tools of their own. Deprecated by MCP 2026-07-28,
         * still in use.
         */
        @JvmOverloads
        public fun sampling(withTools: Boolean = false, handler: SamplingHandler): Builder =
            apply {
                sampling = handler
                samplesWithTools = withTools
            }

        /** Declares elicitation: servers may ask the person to fill in a form and, [withUrls], to visit a page. */
        @JvmOverloads
        public fun elicitation(withUrls: Boolean = false, handler: ElicitationHandler): Builder =
            apply {
                elicitation = handler
                elicitsUrls = withUrls
            }

        /**
         * Declares an extension with its settings, an object (MCP 2026-07-28, Extension Negotiation). Its id has a prefix, as in
         * `com.example/thing`.
         */
        public fun extension(id: String, settings: RawJson): Builder =
            apply {
                require(id.indexOf('/') in 1 until id.length - 1) { "the extension id '$id' has no prefix" }
                extensions[id] = requireNotNull(settings.toObject()) { "the settings of $id are no JSON object" }
            }

        /**
         * How many requests of a session run at once; others wait, and their time has not begun. Any number by default. What a handler asks
         * of the session, and subscriptions, do not count.
         */
        public fun maxConcurrentRequests(value: Int): Builder =
            apply {
                require(value > 0) { "maxConcurrentRequests must be positive, not $value" }
                maxConcurrentRequests = value
            }

        /**
         * Lets servers of 2026-07-28 go on with a tool call as a task (extension `io.modelcontextprotocol/tasks`): the call then waits for
         * the task. In 2025-11-25, where the client asks for a task, see [RequestOptions.Builder.task].
         */
        public fun tasks(): Builder =
            apply {
                takesTasks = true
                extensions["io.modelcontextprotocol/tasks"] = JsonObject(emptyMap())
            }

        /**
         * Whether lists and resources are kept for as long as the server says that they stay fresh (2026-07-28, `ttlMs`), for the session
         * and its identity; true by default. A change that the server tells of ends that at once.
         */
        public fun cacheResults(value: Boolean): Builder = apply { cachesResults = value }

        /**
         * Finds the trace that a call belongs to, where neither its options nor its coroutine context has one. Called in the coroutine of
         * the call, which in Java is not the thread that made it.
         */
        public fun traceContext(find: () -> TraceContext?): Builder = apply { traceContext = find }

        /**
         * Holds the structured content of results against the `outputSchema` of their tools, where these have been listed; by default
         * nothing does. On the JVM, `JsonSchemaValidator` is a [validator].
         */
        public fun outputValidation(value: OutputValidation, validator: SchemaValidator): Builder =
            apply {
                outputValidation = value
                outputValidator = validator
            }

        /** For the whole handshake, the time for signing in not counted; 30 s by default. */
        public fun connectTimeoutMillis(value: Long): Builder = apply { connectTimeout = positive("connectTimeoutMillis", value) }

        /** For a request, measured from the last sign of life of its answer; 60 s by default. */
        public fun requestTimeoutMillis(value: Long): Builder = apply { requestTimeout = positive("requestTimeoutMillis", value) }

        /** For a request, whatever happens; 30 min by default. */
        public fun absoluteTimeoutMillis(value: Long): Builder = apply { absoluteTimeout = positive("absoluteTimeoutMillis", value) }

        /** For [McpSession.close]; 2 s by default. */
        public fun closeTimeoutMillis(value: Long): Builder = apply { closeTimeout = positive("closeTimeoutMillis", value) }

        /** The clock behind the timeouts; a test puts its virtual one here. */
        public fun timeSource(value: TimeSource): Builder = apply { timeSource = value }

        public fun build(): ClientOptions = ClientOptions(this)

        private fun positive(name: String, millis: Long): Duration {
            require(millis > 0) { "$name must be positive, not $millis" }
            return millis.milliseconds
        }
    }

    public companion object {
        @JvmField
        public val DEFAULT: ClientOptions = Builder().build()

        /** Options that differ from [DEFAULT] in what [configure] sets. */
        public inline operator fun invoke(configure: Builder.() -> Unit): ClientOptions = Builder().apply(configure).build()
    }
}

/** How one call differs from what [ClientOptions] say. Immutable; made by a [Builder]. */
public class RequestOptions private constructor(
    builder: Builder,
) {
    /** Hears the progress of the call; null asks the server for none. */
    public val onProgress: ProgressListener? = builder.onProgress

    /** Headers and identity of the call; null for what the coroutine context has. */
    public val callContext: CallContext? = builder.callContext

    /** The trace that the call belongs to; null for what the coroutine context has. */
    public val traceContext: TraceContext? = builder.traceContext

    /** Hears how the task is getting on that the call becomes; null if nobody does. */
    public val onTask: TaskListener? = builder.onTask

    /** What goes into `_meta` of the request, by its keys. */
    public val meta: Map<String, RawJson> = builder.meta.toMap()

    internal val wantsTask: Boolean = builder.wantsTask
    internal val taskTtlMillis: Long? = builder.taskTtlMillis
    internal val requestTimeout: Duration? = builder.requestTimeout
    internal val absoluteTimeout: Duration? = builder.absoluteTimeout

    public class Builder {
        internal var onProgress: ProgressListener? = null
        internal var callContext: CallContext? = null
        internal var traceContext: TraceContext? = null
        internal var onTask: TaskListener? = null
        internal val meta = linkedMapOf<String, RawJson>()
        internal var wantsTask = false
        internal var taskTtlMillis: Long? = null
        internal var requestTimeout: Duration? = null
        internal var absoluteTimeout: Duration? = null

        public fun onProgress(value: ProgressListener): Builder = apply { onProgress = value }

        /** Headers and identity that go onto every HTTP request of the call, instead of those in the coroutine context. */
        public fun callContext(value: CallContext): Builder = apply { callContext = value }

        /** The trace that the call belongs to, instead of that in the coroutine context. */
        public fun traceContext(value: TraceContext): Builder = apply { traceContext = value }

        /**
         * Puts [value] under [key] into `_meta` of the request. Throws [IllegalArgumentException] if the key is not what MCP says, or is one of
         * MCP's own (MCP 2026-07-28, `_meta`).
         */
        public fun meta(key: String, value: RawJson): Builder =
            apply {
                MetaKeys.require(key)
                meta[key] = value
            }

        /** Hears how the task is getting on, should the call become one. */
        public fun onTask(value: TaskListener): Builder = apply { onTask = value }

        /**
         * Asks for the call to be a task, which the server keeps for [ttlMillis] or, if null, as long as it likes (2025-11-25). Without an
         * effect where server or tool have no tasks; a tool that can only be called as a task is, once it has been listed.
         */
        @JvmOverloads
        public fun task(ttlMillis: Long? = null): Builder =
            apply {
                require(ttlMillis == null || ttlMillis > 0) { "ttlMillis must be positive, not $ttlMillis" }
                wantsTask = true
                taskTtlMillis = ttlMillis
            }

        /** As [ClientOptions.Builder.requestTimeoutMillis], for this call. */
        public fun requestTimeoutMillis(value: Long): Builder =
            apply {
                require(value > 0) { "requestTimeoutMillis must be positive, not $value" }
                requestTimeout = value.milliseconds
            }

        /** As [ClientOptions.Builder.absoluteTimeoutMillis], for this call. */
        public fun absoluteTimeoutMillis(value: Long): Builder =
            apply {
                require(value > 0) { "absoluteTimeoutMillis must be positive, not $value" }
                absoluteTimeout = value.milliseconds
            }

        public fun build(): RequestOptions = RequestOptions(this)
    }

    public companion object {
        @JvmField
        public val DEFAULT: RequestOptions = Builder().build()

        public inline operator fun invoke(configure: Builder.() -> Unit): RequestOptions = Builder().apply(configure).build()
    }
}
