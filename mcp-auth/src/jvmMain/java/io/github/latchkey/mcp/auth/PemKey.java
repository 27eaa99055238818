package io.github.latchkey.mcp.auth;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads private keys in PKCS #8 (RFC 7468 §10). No message repeats any of the key. */
final class PemKey {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private PemKey() {}

    static PrivateKey parse(String pem) {
        Matcher block = BLOCK.matcher(pem);
        while (block.find()) {
            String label = block.group(1);
            if (label.equals("PRIVATE KEY")) return decode(block.group(2));
            if (label.endsWith("PRIVATE KEY")) throw new IllegalArgumentException(hint(label));
        }
        throw new IllegalArgumentException("no private key in PEM: a block BEGIN PRIVATE KEY is needed");
    }

    /** The public half, if the private one tells it: that of RSA does, that of an elliptic curve does not. */
    static @Nullable PublicKey findPublicKey(PrivateKey key) {
        if (!(key instanceof RSAPrivateCrtKey)) return null;
        RSAPrivateCrtKey rsa = (RSAPrivateCrtKey) key;
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the RSA key has no usable public half", e);
        }
    }

    private static PrivateKey decode(String base64) {
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
        for (String algorithm : List.of("EC", "RSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException ignored) {
                // A key of another type: the next one may fit.
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has " + algorithm, e);
            }
        }
        throw new IllegalArgumentException("the private key in PEM is neither for an elliptic curve nor for RSA");
    }

    private static String hint(String label) {
        return "a key in the form " + label + " is not supported: write it without a password and in PKCS #8,"
                + " as openssl pkcs8 -topk8 -nocrypt does";
    }
}
