package io.github.latchkey.mcp.interop

import ch.qos.logback.classic.Level
import ch.qos.logback.classic.Logger
import ch.qos.logback.classic.spi.ILoggingEvent
import ch.qos.logback.classic.spi.ThrowableProxyUtil
import ch.qos.logback.core.AppenderBase
import io.github.latchkey.mcp.McpEvent
import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.auth.AuthorizationFailedException
import org.slf4j.LoggerFactory
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.logging.Handler
import java.util.logging.LogRecord
import java.util.logging.SimpleFormatter

/** Everything that a program with this library could show to somebody: the whole log, events, exceptions, and values as text. */
class Outputs : AutoCloseable {
    private val texts = ConcurrentLinkedQueue<String>()
    private val root = LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) as Logger
    private val levelBefore = root.level
    private val appender =
        object : AppenderBase<ILoggingEvent>() {
            override fun append(event: ILoggingEvent) {
                // The servers of the test run in this process, too, and may log what they like.
                if (SERVERS.any { event.loggerName.startsWith(it) }) return
                val cause = event.throwableProxy?.let(ThrowableProxyUtil::asString).orEmpty()
                texts += "${event.loggerName} ${event.formattedMessage} ${event.mdcPropertyMap} $cause"
            }
        }

    // OkHttp writes to the log of the JDK.
    private val okHttp = java.util.logging.Logger.getLogger("okhttp3")
    private val okHttpLevelBefore = okHttp.level
    private val handler =
        object : Handler() {
            override fun publish(record: LogRecord) {
                texts += "${record.loggerName} ${SimpleFormatter().formatMessage(record)} ${record.thrown?.stackTraceToString().orEmpty()}"
            }

            override fun flush() = Unit

            override fun close() = Unit
        }

    init {
        okHttp.level = java.util.logging.Level.ALL
        okHttp.addHandler(handler)
        root.iteratorForAppenders().forEach { it.addFilter(WarnOnly) }
        root.level = Level.TRACE
        appender.context = root.loggerContext
        appender.start()
        root.addAppender(appender)
    }

    fun add(event: McpEvent) {
        texts += "$event ${event.fields}"
    }

    fun add(value: Any?) {
        texts += "$value"
    }

    /** With all that a handler could read from it, but for the URL that a person is to open. */
    fun add(failure: Throwable) {
        texts += failure.stackTraceToString()
        generateSequence(failure) { it.cause }.flatMap { listOf(it) + it.suppressed }.forEach { each ->
            texts += "$each"
            if (each is McpException) {
                texts +=
                    listOf(
                        each.url,
                        each.remedy,
                        each.answer,
                        each.answer?.bodyStart,
                        each.answer?.headers,
                        each.challenges,
                    ).joinToString("\n")
            }
            if (each is AuthorizationFailedException) texts += listOf(each.error, each.errorDescription, each.expected).joinToString("\n")
        }
    }

    val count: Int get() = texts.size

    /** How many texts are lines of the log that our HTTP client's library wrote. */
    val logLines: Int get() = texts.count { it.startsWith("okhttp3") }

    /** The texts that hold [secret], as it is or escaped for a URL. */
    fun showing(secret: String): List<String> {
        val escaped = java.net.URLEncoder.encode(secret, Charsets.UTF_8)
        return texts.filter { secret in it || escaped in it }
    }

    override fun close() {
        okHttp.removeHandler(handler)
        okHttp.level = okHttpLevelBefore
        root.detachAppender(appender)
        root.level = levelBefore
    }

    private object WarnOnly : ch.qos.logback.core.filter.Filter<ILoggingEvent>() {
        override fun decide(event: ILoggingEvent) =
            if (event.level.isGreaterOrEqual(
                    Level.WARN,
                )
            ) {
                ch.qos.logback.core.spi.FilterReply.NEUTRAL
            } else {
                ch.qos.logback.core.spi.FilterReply.DENY
            }
    }

    private companion object {
        val SERVERS = listOf("io.ktor.server", "io.ktor.routing", "org.springframework", "org.apache")
    }
}
