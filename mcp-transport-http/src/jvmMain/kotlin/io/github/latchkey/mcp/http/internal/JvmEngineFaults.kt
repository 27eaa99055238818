package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.http.internal.EngineFault.Kind
import io.ktor.client.engine.ClientEngineClosedException
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.network.sockets.ConnectTimeoutException
import kotlinx.coroutines.CancellationException
import java.io.EOFException
import java.io.IOException
import java.net.ConnectException
import java.net.NoRouteToHostException
import java.net.SocketException
import java.net.SocketTimeoutException
import java.net.UnknownHostException
import java.nio.channels.UnresolvedAddressException
import java.security.GeneralSecurityException
import javax.net.ssl.SSLException
import javax.net.ssl.SSLPeerUnverifiedException

/** The exceptions of the JDK, of Ktor's engines and of OkHttp, from the most telling one in the chain of causes. */
internal class JvmEngineFaults(
    engine: HttpClientEngine,
) : EngineFaults {
    private val isCio = engine::class.java.name.startsWith("io.ktor.client.engine.cio.")

    override fun judge(cause: Throwable): EngineFault {
        val chain = generateSequence(cause) { it.cause }.take(MAX_CAUSES).filter { it !is CancellationException }.toList()
        // The caller is not cancelled, or nobody would ask; so the engine is.
        if (chain.isEmpty()) return engineClosed()
        return chain.firstNotNullOfOrNull(::connecting) ?: tls(chain) ?: chain.firstNotNullOfOrNull(::transfer) ?: unknown(chain.last())
    }

    private fun connecting(cause: Throwable): EngineFault? =
        when (cause) {
            is ConnectTimeoutException -> EngineFault(Kind.CONNECT_TIMEOUT, "connect timed out", CHECK_REACHABLE)

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

            is SocketTimeoutException -> EngineFault(Kind.TLS_TIMEOUT, "the handshake timed out", CHECK_REACHABLE)

            is ClientEngineClosedException -> engineClosed()

            else -> null
        }

    private fun engineClosed() =
        EngineFault(
            Kind.NO_CONNECTION,
            "the HTTP engine is closed",
            "keep the engine of the options open as long as its transports are used",
        )

    private fun refusal(cause: ConnectException): String =
        if (cause.message.orEmpty().contains("unreachable", ignoreCase = true)) "the network is unreachable" else "connection refused"

    private fun tls(chain: List<Throwable>): EngineFault? {
        val failure = chain.firstOrNull { it is SSLException || it is GeneralSecurityException || it.isTlsOfCio() } ?: return null
        val certificate = chain.firstOrNull {
            it is GeneralSecurityException ||
                it is SSLPeerUnverifiedException
        }
        return when {
            certificate != null ->
                EngineFault(
                    Kind.TLS,
                    "the certificate is not trusted: ${say(certificate)}",
                    "check the certificate of the server, or trust its issuer",
                )

            isCio ->
                EngineFault(
                    Kind.TLS,
                    say(failure),
                    "check that the port speaks TLS; if it speaks TLS 1.3 alone, add io.ktor:ktor-client-okhttp-jvm, as the CIO engine ends at TLS 1.2",
                )

            // A connection that breaks when TLS has long been agreed on arrives as an SSLException, too.
            failure::class == SSLException::class && chain.any { it is SocketException || it is EOFException } -> null

            else -> EngineFault(Kind.TLS, say(failure), "check that the port speaks TLS, and which versions of it")
        }
    }

    /** Bytes that are no TLS record are an illegal argument to CIO. */
    private fun Throwable.isTlsOfCio(): Boolean = isCio && this is IllegalArgumentException && message.orEmpty().contains("TLS")

    private fun transfer(cause: Throwable): EngineFault? =
        when {
            cause is java.net.ProtocolException && !cause.message.orEmpty().contains("end of stream") -> badHttp(cause)

            cause::class.java.simpleName in BAD_HTTP_NAMES -> badHttp(cause)

            cause is SocketException -> EngineFault(Kind.CONNECTION_LOST, "connection reset", MAYBE_PROCESSED)

            // OkHttp's way to say that something other than the connection failed.
            cause is IOException && cause.message.orEmpty().startsWith("canceled due to") -> unknown(cause)

            cause is IOException -> EngineFault(Kind.CONNECTION_LOST, "connection closed", MAYBE_PROCESSED)

            else -> null
        }

    private fun badHttp(cause: Throwable) =
        EngineFault(Kind.BAD_HTTP, say(cause), "check the URL and its port: what answers there does not speak HTTP as it should")

    private fun unknown(cause: Throwable) = EngineFault(Kind.CONNECTION_LOST, say(cause), MAYBE_PROCESSED)

    private fun say(cause: Throwable): String = oneLine("${cause::class.java.simpleName} ${cause.message.orEmpty()}".trim())

    private companion object {
        const val MAX_CAUSES = 16
        const val CHECK_REACHABLE = "check that this machine can reach the host: network, proxy, firewall"
        const val MAYBE_PROCESSED = "try again if the request may run twice: the server may have seen it"

        // What CIO throws at bytes that are not HTTP.
        val BAD_HTTP_NAMES = setOf("ParserException", "NumberFormatException", "TooLongLineException", "UnsupportedMediaTypeException")
    }
}
