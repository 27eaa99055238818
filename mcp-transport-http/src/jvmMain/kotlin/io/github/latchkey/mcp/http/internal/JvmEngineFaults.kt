package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.http.internal.EngineFault.Kind
import io.ktor.client.engine.ClientEngineClosedException
import io.ktor.client.network.sockets.ConnectTimeoutException
import kotlinx.coroutines.CancellationException
import java.io.IOException
import java.net.ConnectException
import java.net.NoRouteToHostException
import java.net.SocketException
import java.net.SocketTimeoutException
import java.net.UnknownHostException
import java.nio.channels.UnresolvedAddressException

/** The exceptions of the JDK, of Ktor's engines and of OkHttp, from the most telling one in the chain of causes. */
internal class JvmEngineFaults(
    private val isCio: Boolean,
) : EngineFaults {
    private val tls = TlsFaults(isCio)

    override fun judge(cause: Throwable): EngineFault {
        val chain = generateSequence(cause) { it.cause }.take(MAX_CAUSES).filter { it !is CancellationException }.toList()
        // The caller is not cancelled, or nobody would ask; so the engine is.
        if (chain.isEmpty()) return engineClosed()
        return chain.firstNotNullOfOrNull(::connecting) ?: tls.judge(chain) ?: chain.firstNotNullOfOrNull(::transfer)
            ?: unknown(chain.last())
    }

    private fun connecting(cause: Throwable): EngineFault? =
        when (cause) {
            is ProxyException -> cause.fault()

            is ConnectTimeoutException -> EngineFault(Kind.CONNECT_TIMEOUT, "the server did not accept it", CHECK_REACHABLE)

            is UnknownHostException, is UnresolvedAddressException ->
                EngineFault(
                    Kind.NO_CONNECTION,
                    "the host name cannot be resolved",
                    "check the host name in the URL, and the name service of this machine",
                )

            is NoRouteToHostException -> EngineFault(Kind.NO_CONNECTION, "no route to the host", CHECK_REACHABLE)

            is ConnectException -> EngineFault(
                Kind.NO_CONNECTION,
                refusal(cause),
                "check that the server is running, and the port in the URL",
            )

            is SocketTimeoutException -> EngineFault(Kind.TLS_TIMEOUT, "the TLS handshake was not done", CHECK_REACHABLE)

            is ClientEngineClosedException -> engineClosed()

            else -> null
        }

    private fun refusal(cause: ConnectException): String =
        if (cause.message.orEmpty().contains("unreachable", ignoreCase = true)) "the network is unreachable" else "connection refused"

    private fun transfer(cause: Throwable): EngineFault? =
        when {
            cause is java.net.ProtocolException && !cause.message.orEmpty().contains("end of stream") -> badHttp(cause)

            cause::class.java.simpleName in BAD_HTTP_NAMES -> badHttp(cause)

            cause::class.java == IOException::class.java && tunnelStatus(cause) != null ->
                EngineFault(Kind.NO_CONNECTION, "it opened no tunnel to the server${tunnelStatus(cause)}", MEND_TUNNEL, isRetryable = false)

            cause is SocketException -> EngineFault(Kind.CONNECTION_LOST, "connection reset", MAYBE_PROCESSED)

            // OkHttp's way to say that something other than the connection failed.
            cause is IOException && cause.message.orEmpty().startsWith("canceled due to") -> unknown(cause)

            cause is IOException -> EngineFault(Kind.CONNECTION_LOST, "connection closed", MAYBE_PROCESSED)

            else -> null
        }

    /** What CONNECT was answered with, for a sentence: OkHttp tells the status, CIO does not. Null if it is about something else. */
    private fun tunnelStatus(cause: Throwable): String? {
        val message = cause.message.orEmpty()
        return when {
            message.startsWith("Unexpected response code for CONNECT") -> ", and answered HTTP " + message.substringAfterLast(' ')
            message == "Can not establish tunnel connection" -> ""
            else -> null
        }
    }

    private fun badHttp(cause: Throwable): EngineFault {
        val isLongLine = cause::class.java.simpleName == "TooLongLineException"
        return if (isCio && isLongLine) {
            EngineFault(Kind.BAD_HTTP, "a line of its headers is longer than the CIO engine reads", CioLimits.ADD_OKHTTP)
        } else {
            EngineFault(Kind.BAD_HTTP, say(cause), "check the URL and its port: what answers there does not speak HTTP as it should")
        }
    }

    private fun unknown(cause: Throwable) = EngineFault(Kind.CONNECTION_LOST, say(cause), MAYBE_PROCESSED)

    companion object {
        fun engineClosed() =
            EngineFault(
                Kind.NO_CONNECTION,
                "the HTTP engine is closed",
                "keep the engine of the options open as long as its transports are used",
            )

        private const val MEND_TUNNEL = "check the user and password of the proxy, and that it lets these connections pass"
        private const val CHECK_REACHABLE = "check that this machine can reach the host: network, proxy, firewall"
        private const val MAYBE_PROCESSED = "try again if the request may run twice: the server may have seen it"

        // What CIO throws at bytes that are not HTTP.
        private val BAD_HTTP_NAMES =
            setOf("ParserException", "NumberFormatException", "TooLongLineException", "UnsupportedMediaTypeException")
    }
}

/** The type and message of an exception, for people. */
internal fun say(cause: Throwable): String = oneLine("${cause::class.java.simpleName} ${cause.message.orEmpty()}".trim())
