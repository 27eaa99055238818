package io.github.latchkey.mcp.inspector.doctor;

import static io.github.latchkey.mcp.inspector.doctor.Words.facts;

import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.http.HttpProxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The way to the server, as the probes saw it. */
final class NetworkSteps {
    private NetworkSteps() {}

    static List<Step> of(Findings f) {
        NetworkFacts network = f.network();
        if (network == null) return List.of();
        List<Step> steps = new ArrayList<>();
        steps.add(Step.ok(
                "url",
                null,
                f.subject().shown(),
                facts("scheme", network.scheme(), "host", network.host(), "port", network.port())));
        steps.add(proxy(network));
        if (network.proxyProblem() != null) return steps;
        if (network.dns() != null) steps.add(dns(network.dns()));
        if (network.tcp() != null) steps.add(tcp(network.tcp()));
        if (network.scheme().equalsIgnoreCase("https")) steps.add(tls(f, network));
        return steps;
    }

    private static Step proxy(NetworkFacts network) {
        HttpProxy proxy = network.proxy();
        if (network.proxyProblem() != null) return Step.failed("proxy", null, network.proxyProblem(), Map.of());
        if (proxy == null) return Step.skipped("proxy", "none: straight to the server");
        return Step.ok("proxy", null, proxy.toString(), facts("proxy", proxy.getUrl(), "setBy", proxy.getSetBy()));
    }

    private static Step dns(NetworkFacts.Dns dns) {
        Map<String, @Nullable Object> facts = facts("host", dns.host(), "addresses", dns.addresses());
        if (dns.problem() != null) {
            return Step.failed("dns", dns.elapsedMs(), dns.host() + ": " + dns.problem(), facts);
        }
        return Step.ok("dns", dns.elapsedMs(), dns.host() + " is " + String.join(", ", dns.addresses()), facts);
    }

    private static Step tcp(NetworkFacts.Tcp tcp) {
        Map<String, @Nullable Object> facts = facts(
                "address",
                tcp.address(),
                "port",
                tcp.port(),
                "refused",
                tcp.refused().isEmpty() ? null : tcp.refused());
        if (tcp.address() == null) {
            return Step.failed("tcp", tcp.elapsedMs(), "no connection to port " + tcp.port(), facts);
        }
        return Step.ok("tcp", tcp.elapsedMs(), "connected to " + tcp.address() + " port " + tcp.port(), facts);
    }

    private static Step tls(Findings f, NetworkFacts network) {
        NetworkFacts.Tls tls = network.tls();
        if (network.proxy() != null) return Step.skipped("tls", "within the proxy's tunnel; the first message tells");
        if (tls == null) return Step.skipped("tls", "there is no connection");
        Map<String, @Nullable Object> facts = facts(
                "version",
                tls.version(),
                "cipher",
                tls.cipher(),
                "wantsClientCertificate",
                tls.wantsCertificate() ? true : null,
                "certificates",
                tls.chain().stream().map(NetworkSteps::certificate).toList());
        boolean isRefused = f.hasCode(ErrorCode.TLS) && !SignInSteps.isAboutSignIn(f);
        if (isRefused) facts.put("problem", f.message());
        if (tls.version() == null) return Step.failed("tls", tls.elapsedMs(), String.valueOf(tls.problem()), facts);
        String summary = tls.version() + ", " + tls.cipher();
        if (isRefused) return Step.failed("tls", tls.elapsedMs(), summary + ", but not trusted", facts);
        return Step.ok("tls", tls.elapsedMs(), summary, facts);
    }

    private static Map<String, @Nullable Object> certificate(NetworkFacts.Certificate certificate) {
        return facts(
                "subject",
                Words.bounded(certificate.subject()),
                "issuer",
                Words.bounded(certificate.issuer()),
                "validFrom",
                certificate.validFrom().toString(),
                "validUntil",
                certificate.validUntil().toString(),
                "names",
                certificate.names().isEmpty() ? null : certificate.names());
    }
}
