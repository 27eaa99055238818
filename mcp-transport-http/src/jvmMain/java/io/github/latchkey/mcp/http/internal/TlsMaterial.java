package io.github.latchkey.mcp.http.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Certificates to trust and one to show, and what the JDK makes of them. Immutable; equal if the certificates and the key are. */
public final class TlsMaterial {
    private final List<X509Certificate> trusted;
    private final List<X509Certificate> clientChain;
    private final @Nullable PrivateKey clientKey;

    private TlsMaterial(Builder builder) {
        this.trusted = List.copyOf(builder.trusted);
        this.clientChain = builder.clientChain;
        this.clientKey = builder.clientKey;
    }

    /** Trusts what Java trusts, and the certificates of {@code material} if that is not null. */
    static X509TrustManager trustManager(@Nullable TlsMaterial material) {
        try {
            X509TrustManager ofJava = trustManager((KeyStore) null);
            if (material == null || material.trusted.isEmpty()) return ofJava;
            KeyStore all = emptyKeyStore();
            int number = 0;
            for (X509Certificate certificate : ofJava.getAcceptedIssuers())
                all.setCertificateEntry("java-" + number++, certificate);
            for (X509Certificate certificate : material.trusted)
                all.setCertificateEntry("own-" + number++, certificate);
            return trustManager(all);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the trust store of this JVM cannot be used", e);
        }
    }

    /** For OkHttp, which lays TLS over a socket of its own. */
    SSLSocketFactory socketFactory(X509TrustManager trustManager) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers(), new TrustManager[] {trustManager}, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the client certificate cannot be used", e);
        }
    }

    List<X509Certificate> clientChain() {
        return clientChain;
    }

    @Nullable
    PrivateKey clientKey() {
        return clientKey;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TlsMaterial
                && trusted.equals(((TlsMaterial) other).trusted)
                && clientChain.equals(((TlsMaterial) other).clientChain)
                && Objects.equals(clientKey, ((TlsMaterial) other).clientKey);
    }

    @Override
    public int hashCode() {
        return Objects.hash(trusted, clientChain);
    }

    @Override
    public String toString() {
        return "trusted=" + names(trusted) + ", client=" + names(clientChain);
    }

    private KeyManager @Nullable [] keyManagers() throws GeneralSecurityException, IOException {
        if (clientKey == null) return null;
        KeyStore store = emptyKeyStore();
        store.setKeyEntry("client", clientKey, new char[0], clientChain.toArray(new Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static X509TrustManager trustManager(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static KeyStore emptyKeyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    private static String names(List<X509Certificate> certificates) {
        return certificates.stream()
                .map(certificate -> certificate.getSubjectX500Principal().getName())
                .collect(Collectors.joining("; ", "[", "]"));
    }

    /** Reads at once; whatever cannot be read is an {@link IllegalArgumentException} that names it. */
    public static final class Builder {
        private final List<X509Certificate> trusted = new ArrayList<>();
        private List<X509Certificate> clientChain = List.of();
        private @Nullable PrivateKey clientKey;

        public void trust(Path file) {
            trusted.addAll(Pem.certificates(read(file), file.toString()));
        }

        public void trustPem(String pem) {
            trusted.addAll(Pem.certificates(pem, "the PEM of trusted certificates"));
        }

        public void trustStore(Path file, String password) {
            try {
                KeyStore store = open(file, password);
                int before = trusted.size();
                for (String alias : Collections.list(store.aliases())) {
                    if (store.getCertificate(alias) instanceof X509Certificate)
                        trusted.add((X509Certificate) store.getCertificate(alias));
                }
                if (trusted.size() == before) throw new IllegalArgumentException(file + " has no certificate");
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException(file + " cannot be used as a key store", e);
            }
        }

        public void clientCertificate(Path certificateFile, Path keyFile) {
            client(
                    Pem.certificates(read(certificateFile), certificateFile.toString()),
                    Pem.privateKey(read(keyFile), keyFile.toString()),
                    keyFile.toString());
        }

        public void clientCertificatePem(String certificate, String key) {
            client(
                    Pem.certificates(certificate, "the PEM of the client certificate"),
                    Pem.privateKey(key, "the PEM of the client key"),
                    "the PEM of the client key");
        }

        public void clientKeyStore(Path file, String password) {
            try {
                KeyStore store = open(file, password);
                for (String alias : Collections.list(store.aliases())) {
                    Key key = store.getKey(alias, password.toCharArray());
                    if (!(key instanceof PrivateKey)) continue;
                    List<X509Certificate> chain = Arrays.stream(store.getCertificateChain(alias))
                            .map(X509Certificate.class::cast)
                            .collect(Collectors.toUnmodifiableList());
                    client(chain, (PrivateKey) key, file.toString());
                    return;
                }
                throw new IllegalArgumentException(file + " has no private key");
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException(file + " has a key that cannot be read with its password", e);
            }
        }

        public TlsMaterial build() {
            return new TlsMaterial(this);
        }

        private void client(List<X509Certificate> chain, PrivateKey key, String where) {
            if (!belongTogether(chain.get(0).getPublicKey(), key)) {
                throw new IllegalArgumentException("the key in " + where + " is not that of the client certificate");
            }
            clientChain = chain;
            clientKey = key;
        }

        private static boolean belongTogether(PublicKey publicKey, PrivateKey key) {
            if (!publicKey.getAlgorithm().equals(key.getAlgorithm())) return false;
            String algorithm = key.getAlgorithm().equals("RSA")
                    ? "SHA256withRSA"
                    : key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : key.getAlgorithm();
            byte[] sample = {1, 2, 3};
            try {
                Signature signer = Signature.getInstance(algorithm);
                signer.initSign(key);
                signer.update(sample);
                byte[] signature = signer.sign();
                Signature verifier = Signature.getInstance(algorithm);
                verifier.initVerify(publicKey);
                verifier.update(sample);
                return verifier.verify(signature);
            } catch (GeneralSecurityException e) {
                return false; // a key of another size or curve
            }
        }

        private static String read(Path file) {
            try {
                // Bytes that are no ASCII stand outside of what is looked for.
                return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            } catch (NoSuchFileException e) {
                throw new IllegalArgumentException("there is no file " + file, e);
            } catch (IOException e) {
                throw new IllegalArgumentException(file + " cannot be read", e);
            }
        }

        private static KeyStore open(Path file, String password) throws GeneralSecurityException {
            if (!Files.isRegularFile(file)) throw new IllegalArgumentException("there is no file " + file);
            try {
                return KeyStore.getInstance(file.toFile(), password.toCharArray());
            } catch (IOException | KeyStoreException e) {
                throw new IllegalArgumentException(
                        file + " is no key store (PKCS#12 or JKS), or its password is another", e);
            }
        }
    }
}
