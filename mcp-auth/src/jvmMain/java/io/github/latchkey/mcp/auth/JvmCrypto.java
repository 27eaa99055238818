package io.github.latchkey.mcp.auth;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JDK's own SHA-256, random numbers and elliptic curve keys. */
final class JvmCrypto implements OAuthCrypto {
    private static final Map<String, String> CURVES =
            Map.of("ES256", "secp256r1", "ES384", "secp384r1", "ES512", "secp521r1");

    private final SecureRandom random = new SecureRandom();

    @Override
    public byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public @Nullable JwtSigner newSigner(List<String> algorithms) {
        return algorithms.stream()
                .filter(CURVES::containsKey)
                .findFirst()
                .map(this::newEcSigner)
                .orElse(null);
    }

    private JwtSigner newEcSigner(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVES.get(algorithm)), random);
            return JwtSigners.ofKeyPair(generator.generateKeyPair(), algorithm);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform has no elliptic curve for " + algorithm, e);
        }
    }
}
