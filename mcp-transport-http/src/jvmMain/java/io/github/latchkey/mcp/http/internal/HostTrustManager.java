package io.github.latchkey.mcp.http.internal;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;
import kotlin.Lazy;

/**
 * Trusts whom another trusts, if the certificate is for one host. For CIO, which asks nobody else: its own check lets certificates
 * without names pass, and looks at the name that an address resolves to instead of the address.
 */
final class HostTrustManager implements X509TrustManager {
    private final Lazy<X509TrustManager> trust;
    private final String host;

    /** @param trust wanted in the first handshake, and not before: it takes a while to read what Java trusts */
    HostTrustManager(Lazy<X509TrustManager> trust, String host) {
        this.trust = trust;
        this.host = host;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        trust.getValue().checkServerTrusted(chain, authType);
        if (!HostNames.match(host, chain[0])) throw new WrongHostException(HostNames.of(chain[0]));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        trust.getValue().checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return trust.getValue().getAcceptedIssuers();
    }
}
