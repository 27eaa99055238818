package io.github.latchkey.mcp.http.internal;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads PEM (RFC 7468). Everything that cannot be read is an {@link IllegalArgumentException} which names where it stood. */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
    private static final Pattern OTHER_BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private Pem() {}

    /** All certificates, at least one. */
    static List<X509Certificate> certificates(String pem, String where) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (byte[] der : blocks(pem, "CERTIFICATE", where)) certificates.add(certificate(der, where));
        if (certificates.isEmpty())
            throw new IllegalArgumentException(where + " has no certificate in PEM" + found(pem));
        return List.copyOf(certificates);
    }

    /** The one private key. */
    static PrivateKey privateKey(String pem, String where) {
        List<byte[]> keys = blocks(pem, "PRIVATE KEY", where);
        if (keys.size() != 1) {
            String what = keys.isEmpty() ? " has no private key in PKCS#8" + found(pem) : " has several private keys";
            String how = keys.isEmpty() ? "; 'openssl pkcs8 -topk8 -nocrypt' makes one" : "";
            throw new IllegalArgumentException(where + what + how);
        }
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(keys.get(0));
        GeneralSecurityException last = null;
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                last = e;
            } catch (GeneralSecurityException e) {
                last = last == null ? e : last; // Java before 15 has no EdDSA
            }
        }
        throw new IllegalArgumentException(where + " has a private key that cannot be read", last);
    }

    private static X509Certificate certificate(byte[] der, String where) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new IllegalArgumentException(where + " has a certificate that cannot be read", e);
        }
    }

    private static List<byte[]> blocks(String pem, String label, String where) {
        List<byte[]> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(pem);
        while (matcher.find()) {
            if (!matcher.group(1).equals(label)) continue;
            try {
                blocks.add(Base64.getMimeDecoder().decode(matcher.group(2)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(where + " has a " + label + " that is no Base64", e);
            }
        }
        return blocks;
    }

    /** What there is instead, by its label: never a part of the content, which may be a key. */
    private static String found(String pem) {
        Matcher matcher = OTHER_BLOCK.matcher(pem);
        @Nullable String label = matcher.find() ? matcher.group(1) : null;
        return label == null ? "" : ", but '" + label + "'";
    }
}
