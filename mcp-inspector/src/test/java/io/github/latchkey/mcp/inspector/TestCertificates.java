package io.github.latchkey.mcp.inspector;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Objects;

/** Certificates from the folder {@code certificates}, good and bad, all issued by one authority that nobody trusts. */
final class TestCertificates {
    private TestCertificates() {}

    /** What a server needs that shows {@code name}.pem and the authority's. */
    static KeyStore keyStore(String name) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        Certificate[] chain = {certificate(name), certificate("ca")};
        store.setKeyEntry("own", key(), "changeit".toCharArray(), chain);
        return store;
    }

    /** The certificate of the authority, in a file of {@code folder}. */
    static Path authority(Path folder) throws IOException {
        return Files.write(folder.resolve("ca.pem"), read("ca.pem"));
    }

    private static Certificate certificate(String name) throws IOException, GeneralSecurityException {
        try (InputStream pem = open(name + ".pem")) {
            return CertificateFactory.getInstance("X.509").generateCertificate(pem);
        }
    }

    private static PrivateKey key() throws IOException, GeneralSecurityException {
        String text = new String(read("own.key"), StandardCharsets.US_ASCII).replaceAll("-----[^-]*-----|\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream resource = open(name)) {
            return resource.readAllBytes();
        }
    }

    private static InputStream open(String name) {
        return Objects.requireNonNull(TestCertificates.class.getResourceAsStream("certificates/" + name), name);
    }
}
