package io.github.latchkey.mcp.inspector.doctor;

import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.inspector.doctor.NetworkFacts.Certificate;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Certificates and handshakes. */
final class TlsRules {
    private TlsRules() {}

    static @Nullable Verdict judge(Findings f) {
        if (isTlsExpected(f)) {
            return Cause.TLS_EXPECTED.because(
                    "the URL says http, but what answers at this port speaks TLS", "write https:// in the URL");
        }
        if (!f.hasCode(ErrorCode.TLS)) return null;
        if (f.isCausedBy(CertificateExpiredException.class)) return expired(f);
        if (f.isCausedBy(CertificateNotYetValidException.class)) return notYetValid(f);
        if (f.isCausedBy(SSLPeerUnverifiedException.class)) return wrongHost(f);
        if (f.isCausedBy(CertPathBuilderException.class) || f.isCausedBy(CertPathValidatorException.class)) {
            return untrusted(f);
        }
        return handshake(f);
    }

    private static boolean isTlsExpected(Findings f) {
        NetworkFacts network = f.network();
        return network != null
                && network.scheme().equalsIgnoreCase("http")
                && network.tls() != null
                && network.tls().version() != null;
    }

    private static Verdict expired(Findings f) {
        Certificate own = certificate(f);
        String when = own == null ? "" : " on " + own.validUntil();
        return Cause.TLS_EXPIRED.because(
                "the certificate of the server expired" + when,
                "ask whoever runs the server to renew its certificate; or check the clock of this machine, which says "
                        + f.now());
    }

    private static Verdict notYetValid(Findings f) {
        Certificate own = certificate(f);
        String when = own == null ? "" : " before " + own.validFrom();
        return Cause.TLS_NOT_YET_VALID.because(
                "the certificate of the server is not valid" + when,
                "check the clock of this machine, which says " + f.now() + ", and then the certificate of the server");
    }

    private static Verdict wrongHost(Findings f) {
        Certificate own = certificate(f);
        String whose = own == null || own.names().isEmpty()
                ? "names no host at all"
                : "is for " + Words.bounded(String.join(", ", own.names()));
        String host = f.network() == null ? "this host" : f.network().host();
        return Cause.TLS_WRONG_HOST.because(
                "the certificate of the server is not for " + host + ": it " + whose,
                "use the host in the URL that the certificate is for, or have the server show another certificate");
    }

    private static Verdict untrusted(Findings f) {
        List<Certificate> chain = chain(f);
        String issuer = chain.isEmpty()
                ? ""
                : ", " + Words.bounded(chain.get(chain.size() - 1).issuer()) + ",";
        boolean isAlone = chain.size() == 1 && !chain.get(0).isSelfSigned();
        String what = chain.size() == 1 && chain.get(0).isSelfSigned()
                ? "the certificate of the server is signed by itself, and not trusted here"
                : "the issuer of the server's certificate" + issuer + " is not trusted here";
        String missing = isAlone ? "; the server sends no certificate between its own and the authority's" : "";
        return Cause.TLS_UNTRUSTED.because(
                what + missing,
                isAlone
                        ? "have the server send its intermediate certificates; or trust the issuer with --ca FILE"
                        : "if this server may be trusted, name the certificate of its authority with --ca FILE");
    }

    private static Verdict handshake(Findings f) {
        if (f.causesSay("Unsupported or unrecognized SSL message")) {
            return Cause.TLS_NOT_SPOKEN.because(
                    "the URL says https, but what answers at this port does not speak TLS",
                    "check the port; write http:// in the URL if you mean to go without TLS");
        }
        if (f.causesSay("certificate_required") || f.causesSay("bad_certificate") || f.causesSay("unknown_ca")) {
            return Cause.TLS_CLIENT_CERTIFICATE.because(
                    f.message(), "give the certificate that the server expects: --client-cert and --client-key");
        }
        return Cause.TLS_HANDSHAKE.because(f.message(), f.remedy());
    }

    private static List<Certificate> chain(Findings f) {
        NetworkFacts network = f.network();
        return network == null || network.tls() == null
                ? List.of()
                : network.tls().chain();
    }

    private static @Nullable Certificate certificate(Findings f) {
        List<Certificate> chain = chain(f);
        return chain.isEmpty() ? null : chain.get(0);
    }
}
