package io.github.latchkey.mcp.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The key that a {@link FileTokenStore} is encrypted with: AES-256 in Galois/Counter Mode. Where it is kept is the application's affair; a key
 * beside the file protects nothing. Make one with {@code openssl rand -base64 32}. Its {@code toString} leaves the key out.
 */
public final class TokenStoreKey {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final String id;
    private final SecureRandom random = new SecureRandom();

    private TokenStoreKey(byte[] key) {
        if (key.length != KEY_BYTES) throw new IllegalArgumentException("a store key has 32 bytes, not " + key.length);
        this.key = new SecretKeySpec(key, "AES");
        this.id = idOf(key);
    }

    /**
     * Returns the key with these 32 bytes.
     *
     * @throws IllegalArgumentException if there are more or fewer
     */
    public static TokenStoreKey of(byte[] bytes) {
        return new TokenStoreKey(bytes.clone());
    }

    /**
     * Returns the key that is written as {@code base64}, with or without padding.
     *
     * @throws IllegalArgumentException if that is no Base64, or not 32 bytes
     */
    public static TokenStoreKey ofBase64(String base64) {
        try {
            return new TokenStoreKey(Base64.getDecoder().decode(base64.strip()));
        } catch (IllegalArgumentException e) {
            // Without the cause: it quotes the key.
            throw new IllegalArgumentException(
                    "a store key is 32 bytes in Base64, as 'openssl rand -base64 32' makes them");
        }
    }

    /**
     * Returns the key in the environment variable {@code name}, or null if it is not set.
     *
     * @throws IllegalArgumentException if it is set to anything but 32 bytes in Base64
     */
    public static @Nullable TokenStoreKey fromEnvironment(String name) {
        String value = System.getenv(name);
        return value == null ? null : ofBase64(value);
    }

    /** What tells this key from others, and does not give it away. */
    String id() {
        return id;
    }

    /** {@code plain}, encrypted behind a nonce of its own; {@code context} is not in it, but must be the same to decrypt it. */
    byte[] encrypt(byte[] plain, String context) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(plain);
            byte[] sealed = new byte[NONCE_BYTES + encrypted.length];
            System.arraycopy(nonce, 0, sealed, 0, NONCE_BYTES);
            System.arraycopy(encrypted, 0, sealed, NONCE_BYTES, encrypted.length);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES/GCM", e);
        }
    }

    /** What was encrypted; null if {@code sealed} was changed, or is of another key or context. */
    byte @Nullable [] decrypt(byte[] sealed, String context) {
        if (sealed.length < NONCE_BYTES + TAG_BITS / 8) return null;
        byte[] nonce = new byte[NONCE_BYTES];
        System.arraycopy(sealed, 0, nonce, 0, NONCE_BYTES);
        try {
            return cipher(Cipher.DECRYPT_MODE, nonce, context)
                    .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
        } catch (AEADBadTagException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES/GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    // 64 bits of a hash tell two keys apart, and say nothing of a key that nobody could guess anyway.
    private static String idOf(byte[] key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("latchkey token store key id".getBytes(StandardCharsets.UTF_8));
            StringBuilder id = new StringBuilder();
            byte[] hash = digest.digest(key);
            for (int i = 0; i < 8; i++) id.append(String.format("%02x", hash[i]));
            return id.toString();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "TokenStoreKey(" + id + ")";
    }
}
