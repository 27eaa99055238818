package io.github.latchkey.mcp.inspector.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Shakes hands and hangs up, to see which certificates a server shows. Sends nothing, so it need not trust them: whether they are trusted, the first message tells. */
final class TlsProbe {
    private final String host;
    private final int limitMillis;
    private final List<X509Certificate> shown = new CopyOnWriteArrayList<>();
    private volatile boolean isAsked;

    TlsProbe(String host, Duration limit) {
        this.host = host;
        this.limitMillis = (int) limit.toMillis();
    }

    NetworkFacts.Tls run(String address, int port) {
        long start = System.nanoTime();
        String version = null;
        String cipher = null;
        String problem = null;
        try (Socket plain = new Socket()) {
            plain.connect(new InetSocketAddress(address, port), limitMillis);
            plain.setSoTimeout(limitMillis);
            try (SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket(plain, host, port, true)) {
                socket.startHandshake();
                version = socket.getSession().getProtocol();
                cipher = socket.getSession().getCipherSuite();
            }
        } catch (IOException | GeneralSecurityException e) {
            if (version == null) problem = Words.bounded(e.getMessage());
        }
        List<NetworkFacts.Certificate> chain =
                shown.stream().map(TlsProbe::facts).toList();
        return new NetworkFacts.Tls(version, cipher, chain, isAsked, NetworkProbe.millisSince(start), problem);
    }

    private SSLContext context() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new Empty()}, new TrustManager[] {new Onlooker(shown)}, new SecureRandom());
        return context;
    }

    private static NetworkFacts.Certificate facts(X509Certificate certificate) {
        return new NetworkFacts.Certificate(
                certificate.getSubjectX500Principal().getName(),
                certificate.getIssuerX500Principal().getName(),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                names(certificate));
    }

    private static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) return List.of();
            return names.stream()
                    .map(name -> name.get(1))
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .limit(20)
                    .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    /** Has no certificate, and notices that one is asked for. */
    private final class Empty extends X509ExtendedKeyManager {
        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            isAsked = true;
            return null;
        }

        @Override
        public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return null;
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return null;
        }
    }

    /** Sees the certificates and judges none. */
    private static final class Onlooker extends X509ExtendedTrustManager {
        private final List<X509Certificate> shown;

        Onlooker(List<X509Certificate> shown) {
            this.shown = shown;
        }

        private void see(X509Certificate[] chain) {
            shown.clear();
            shown.addAll(List.of(chain));
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket) {
            see(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine) {
            see(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            see(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
