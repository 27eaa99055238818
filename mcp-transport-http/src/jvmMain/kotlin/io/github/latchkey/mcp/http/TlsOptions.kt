package io.github.latchkey.mcp.http

import io.github.latchkey.mcp.http.internal.TlsMaterial
import java.nio.file.Path

/**
 * Whom to trust beside the authorities that Java trusts, and how to identify ourselves to servers that ask for a client certificate.
 * Host names are always verified, and there is no way to trust everybody. Immutable; options that are equal share an engine.
 */
public class TlsOptions private constructor(
    internal val material: TlsMaterial,
) : TlsSettings() {
    override fun equals(other: Any?): Boolean = other is TlsOptions && material == other.material

    override fun hashCode(): Int = material.hashCode()

    /** The names of certificates; never a key or a password. */
    override fun toString(): String = "TlsOptions($material)"

    /**
     * Every method reads what it is given at once, and throws [IllegalArgumentException] with the name of the file, or of the
     * argument, if it cannot.
     */
    public class Builder {
        private val material = TlsMaterial.Builder()

        /** Trusts the certificates in [pemFile], and what they issued: those of an authority, or a server's own. May be repeated. */
        public fun trust(pemFile: Path): Builder = apply { material.trust(pemFile) }

        /** The same for PEM text. */
        public fun trustPem(pem: String): Builder = apply { material.trustPem(pem) }

        /** The same for all certificates in a key store, PKCS#12 or JKS. */
        public fun trustStore(file: Path, password: String): Builder = apply { material.trustStore(file, password) }

        /**
         * Identifies us by the certificate in [certificateFile], its issuers after it, and the key in [keyFile], PKCS#8 without a
         * password; both PEM. Replaces what was set before.
         */
        public fun clientCertificate(certificateFile: Path, keyFile: Path): Builder =
            apply { material.clientCertificate(certificateFile, keyFile) }

        /** The same for PEM text. */
        public fun clientCertificatePem(certificate: String, key: String): Builder =
            apply { material.clientCertificatePem(certificate, key) }

        /** The same for the first key in a key store, PKCS#12 or JKS, whose key has the password of the store. */
        public fun clientKeyStore(file: Path, password: String): Builder = apply { material.clientKeyStore(file, password) }

        public fun build(): TlsOptions = TlsOptions(material.build())
    }
}
