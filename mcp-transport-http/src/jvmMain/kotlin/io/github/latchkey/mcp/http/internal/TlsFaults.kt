package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.http.internal.EngineFault.Kind
import java.io.EOFException
import java.net.SocketException
import java.security.GeneralSecurityException
import java.security.cert.CertPathBuilderException
import java.security.cert.CertificateExpiredException
import java.security.cert.CertificateNotYetValidException
import javax.net.ssl.SSLException
import javax.net.ssl.SSLPeerUnverifiedException

/** Why there is no TLS: by the types of the JDK where it has one for it, by its words where it has not. */
internal class TlsFaults(
    private val isCio: Boolean,
) {
    /** [chain] is the exception and its causes. Null if they are not about TLS. */
    fun judge(chain: List<Throwable>): EngineFault? {
        val failure = chain.firstOrNull { it is SSLException || it is GeneralSecurityException || isOfCio(it) } ?: return null
        val words = chain.joinToString(" ") { it.message.orEmpty() }
        return certificate(chain, words) ?: plainText(words) ?: refusal(words) ?: other(chain, failure)
    }

    private fun certificate(chain: List<Throwable>, words: String): EngineFault? {
        val wrongHost = chain.firstOrNull { it is WrongHostException || it is SSLPeerUnverifiedException || isWrongHostOfCio(it) }
        return when {
            wrongHost != null ->
                fault(
                    "the certificate is not for this host${namesIn(wrongHost)}",
                    "check the host in the URL, and the certificate of the server",
                )

            chain.any { it is CertificateExpiredException } ->
                fault(
                    "the certificate has expired",
                    "ask whoever runs the server for a new certificate; or check the clock of this machine",
                )

            chain.any { it is CertificateNotYetValidException } ->
                fault("the certificate is not valid yet", "check the clock of this machine, and the certificate of the server")

            chain.any { it is CertPathBuilderException } || "trust anchor" in words ->
                fault(
                    "the certificate is not trusted: its issuer is not known here",
                    "if you trust the server's authority, give its certificate: TlsOptions.trust, or --ca",
                )

            else -> chain.firstOrNull { it is GeneralSecurityException }?.let {
                fault("the certificate is not trusted: ${say(it)}", "check the certificate of the server, or trust its issuer")
            }
        }
    }

    private fun plainText(words: String): EngineFault? {
        val isPlain = "Unsupported or unrecognized SSL message" in words || (isCio && NO_RECORD.containsMatchIn(words))
        return if (isPlain) fault("what answers at this port does not speak TLS", "check the port, or use http:// if you mean to") else null
    }

    /** The server ended the handshake with an alert (RFC 8446 §6.2); JSSE writes it `protocol_version`, CIO `ProtocolVersion`. */
    private fun refusal(words: String): EngineFault? {
        val alert = ALERT.find(words)?.groupValues?.get(1)?.lowercase()?.replace("_", "") ?: return null
        return when {
            alert in VERSION_ALERTS && isCio ->
                fault("the server does not speak TLS 1.2, or none of its ciphers that the CIO engine knows ($alert)", CioLimits.ADD_OKHTTP)

            alert == "protocolversion" ->
                fault("the server speaks neither TLS 1.2 nor TLS 1.3", "ask whoever runs the server for TLS 1.2 or later")

            alert in CLIENT_ALERTS ->
                fault(
                    "the server wants another client certificate, or one at all ($alert)",
                    "give the one that it expects: TlsOptions.clientCertificate, or --client-cert",
                )

            else -> fault("the server refused the handshake ($alert)", "look into the log of the server: it ended the handshake")
        }
    }

    private fun other(chain: List<Throwable>, failure: Throwable): EngineFault? =
        when {
            isCio ->
                fault(
                    say(failure),
                    "check that the port speaks TLS; if it speaks TLS 1.3 alone, add io.ktor:ktor-client-okhttp-jvm, as the CIO engine ends at TLS 1.2",
                )

            // A connection that breaks when TLS has long been agreed on arrives as an SSLException, too.
            failure::class == SSLException::class && chain.any { it is SocketException || it is EOFException } -> null

            else -> fault(say(failure), "check that the port speaks TLS, and which versions of it")
        }

    private fun fault(reason: String, remedy: String) = EngineFault(Kind.TLS, reason, remedy)

    /** Bytes that are no TLS record are an illegal argument to CIO. */
    private fun isOfCio(cause: Throwable): Boolean = isCio && cause is IllegalArgumentException && cause.message.orEmpty().contains("TLS")

    private fun isWrongHostOfCio(cause: Throwable): Boolean = isCio && cause.message.orEmpty().startsWith("No server host")

    /** Whom it is for, as far as the exception tells. */
    private fun namesIn(cause: Throwable): String {
        val message = cause.message.orEmpty()
        val names = message.substringAfter("subjectAltNames: [", "").substringBefore(']')
        return when {
            cause is WrongHostException -> ": " + oneLine(message)
            names.isNotEmpty() -> ": it is for " + oneLine(names)
            "subjectAltNames" in message -> ": it names no host"
            else -> ""
        }
    }

    private companion object {
        val NO_RECORD = Regex("Invalid TLS record type code|Illegal TLS frame size|Invalid TLS version")
        val ALERT = Regex("(?:Received fatal alert: |Level: FATAL, code: )(\\w+)")
        val VERSION_ALERTS = setOf("protocolversion", "handshakefailure", "insufficientsecurity")
        val CLIENT_ALERTS =
            setOf("certificaterequired", "badcertificate", "unknownca", "certificateunknown", "unsupportedcertificate", "accessdenied")
    }
}
