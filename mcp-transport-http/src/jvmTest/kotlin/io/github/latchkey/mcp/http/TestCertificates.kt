package io.github.latchkey.mcp.http

import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.math.BigInteger
import java.net.InetAddress
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.PrivateKey
import java.security.Signature
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate
import java.time.Instant
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter
import java.util.Base64
import java.util.concurrent.atomic.AtomicLong
import javax.security.auth.x500.X500Principal

/** A certificate with its key, made for a test; [chain] ends with the authority that issued it. */
internal class TestCertificate(
    val keys: KeyPair,
    val chain: List<X509Certificate>,
) {
    val certificate: X509Certificate get() = chain.first()

    val pem: String get() = chain.joinToString("") { pem("CERTIFICATE", it.encoded) }

    val keyPem: String get() = pem("PRIVATE KEY", keys.private.encoded)

    fun keyStore(password: String): KeyStore =
        KeyStore.getInstance("PKCS12").apply {
            load(null, null)
            setKeyEntry("own", keys.private, password.toCharArray(), chain.toTypedArray())
        }
}

/** Issues certificates. The JDK has no public way to make one, and those of its tool take a process each. */
internal object TestCertificates {
    private val serial = AtomicLong(1)

    /** An authority that only tests know. */
    val authority: TestCertificate by lazy { authority("CN=Latchkey Test Authority") }

    /** For `localhost` and `127.0.0.1`. */
    val localhost: TestCertificate by lazy { server("CN=localhost", listOf("localhost"), listOf("127.0.0.1")) }

    val expired: TestCertificate by lazy { server("CN=expired", listOf("localhost"), listOf("127.0.0.1"), validDays = -10L..-2L) }
    val ofTomorrow: TestCertificate by lazy { server("CN=tomorrow", listOf("localhost"), listOf("127.0.0.1"), validDays = 1L..9L) }
    val otherHost: TestCertificate by lazy { server("CN=other", listOf("other.example"), emptyList()) }
    val noHost: TestCertificate by lazy { server("CN=localhost", emptyList(), emptyList()) }
    val addressOnly: TestCertificate by lazy { server("CN=address", emptyList(), listOf("127.0.0.1")) }
    val client: TestCertificate by lazy { server("CN=client", emptyList(), emptyList()) }
    val ecClient: TestCertificate by lazy { server("CN=ec-client", emptyList(), emptyList(), algorithm = "EC") }

    fun authority(name: String): TestCertificate {
        val keys = keys("RSA")
        val constraints = extension(BASIC_CONSTRAINTS, der(SEQUENCE, byteArrayOf(1, 1, -1)), isCritical = true)
        return TestCertificate(keys, listOf(issue(name, keys, name, keys.private, -1L..9L, constraints)))
    }

    private fun server(
        name: String,
        hosts: List<String>,
        addresses: List<String>,
        validDays: LongRange = -1L..9L,
        algorithm: String = "RSA",
    ): TestCertificate {
        val keys = keys(algorithm)
        val names =
            hosts.map { der(0x82, it.toByteArray()) } + addresses.map { der(0x87, InetAddress.getByName(it).address) }
        val extensions = if (names.isEmpty()) ByteArray(0) else extension(ALTERNATIVE_NAMES, der(SEQUENCE, *names.toTypedArray()))
        val issuer = authority.certificate.subjectX500Principal.name
        return TestCertificate(
            keys,
            listOf(issue(name, keys, issuer, authority.keys.private, validDays, extensions), authority.certificate),
        )
    }

    private fun keys(algorithm: String): KeyPair =
        KeyPairGenerator.getInstance(algorithm).apply { initialize(if (algorithm == "EC") 256 else 2048) }.generateKeyPair()

    private fun issue(
        subject: String,
        keys: KeyPair,
        issuer: String,
        issuerKey: PrivateKey,
        validDays: LongRange,
        extensions: ByteArray,
    ): X509Certificate {
        val algorithm = der(SEQUENCE, der(OBJECT_ID, SHA256_WITH_RSA), byteArrayOf(5, 0))
        val content =
            der(
                SEQUENCE,
                der(0xa0, der(INTEGER, byteArrayOf(2))),
                der(INTEGER, BigInteger.valueOf(serial.getAndIncrement()).toByteArray()),
                algorithm,
                X500Principal(issuer).encoded,
                der(SEQUENCE, time(validDays.first), time(validDays.last)),
                X500Principal(subject).encoded,
                keys.public.encoded,
                if (extensions.isEmpty()) extensions else der(0xa3, der(SEQUENCE, extensions)),
            )
        val signature = Signature.getInstance("SHA256withRSA").run {
            initSign(issuerKey)
            update(content)
            sign()
        }
        val whole = der(SEQUENCE, content, algorithm, der(BIT_STRING, byteArrayOf(0), signature))
        return CertificateFactory.getInstance("X.509").generateCertificate(ByteArrayInputStream(whole)) as X509Certificate
    }

    private fun extension(id: ByteArray, value: ByteArray, isCritical: Boolean = false): ByteArray =
        der(SEQUENCE, der(OBJECT_ID, id), if (isCritical) byteArrayOf(1, 1, -1) else ByteArray(0), der(OCTET_STRING, value))

    private fun time(days: Long): ByteArray {
        val at = Instant.now().plusSeconds(days * 86_400).atOffset(ZoneOffset.UTC)
        return der(UTC_TIME, DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").format(at).toByteArray())
    }

    private fun der(tag: Int, vararg parts: ByteArray): ByteArray {
        val size = parts.sumOf { it.size }
        val out = ByteArrayOutputStream()
        out.write(tag)
        when {
            size < 0x80 -> out.write(size)
            size < 0x100 -> out.write(byteArrayOf(0x81.toByte(), size.toByte()))
            else -> out.write(byteArrayOf(0x82.toByte(), (size shr 8).toByte(), size.toByte()))
        }
        parts.forEach(out::write)
        return out.toByteArray()
    }

    private const val INTEGER = 2
    private const val BIT_STRING = 3
    private const val OCTET_STRING = 4
    private const val OBJECT_ID = 6
    private const val UTC_TIME = 0x17
    private const val SEQUENCE = 0x30
    private val SHA256_WITH_RSA = byteArrayOf(0x2a, 0x86.toByte(), 0x48, 0x86.toByte(), 0xf7.toByte(), 0x0d, 1, 1, 0x0b)
    private val BASIC_CONSTRAINTS = byteArrayOf(0x55, 0x1d, 0x13)
    private val ALTERNATIVE_NAMES = byteArrayOf(0x55, 0x1d, 0x11)
}

internal fun pem(label: String, der: ByteArray): String =
    "-----BEGIN $label-----\n" + Base64.getMimeEncoder(64, "\n".toByteArray()).encodeToString(der) + "\n-----END $label-----\n"
