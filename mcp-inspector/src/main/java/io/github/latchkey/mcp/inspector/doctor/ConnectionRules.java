package io.github.latchkey.mcp.inspector.doctor;

import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.RequestTimeoutException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Names, addresses, connections and silence. */
final class ConnectionRules {
    private static final Set<String> OF_CONNECTING = Set.of("tcp connect", "tls handshake");

    private ConnectionRules() {}

    static @Nullable Verdict judge(Findings f) {
        if (f.hasCode(ErrorCode.TIMEOUT)) return timeout(f);
        if (!f.hasCode(ErrorCode.UNREACHABLE) || f.subject().isStdio()) return null;
        if (f.isCausedBy(UnknownHostException.class)) {
            return Cause.DNS.because(
                    "the host name " + host(f) + " cannot be resolved",
                    "check the spelling of the host in the URL; if it is right, the name service that this machine uses");
        }
        if (f.isCausedBy(NoRouteToHostException.class) || isUnreachable(f)) {
            return Cause.NO_ROUTE.because(
                    "there is no route to " + host(f),
                    "check the network of this machine: a VPN, a firewall, or IPv6 that leads nowhere");
        }
        if (f.isCausedBy(ConnectException.class)) {
            return Cause.CONNECTION_REFUSED.because(
                    "nothing accepts connections at " + Words.host(f.subject().shown()),
                    "start the server, or correct the port in the URL");
        }
        NetworkFacts.Tls tls = f.network() == null ? null : f.network().tls();
        if (tls != null && tls.wantsCertificate()) {
            return Cause.TLS_CLIENT_CERTIFICATE.because(
                    "the server asks for a certificate of the client, and hangs up: " + f.message(),
                    "give the certificate that the server expects: --client-cert and --client-key");
        }
        return Cause.CONNECTION_LOST.because(
                "the connection was made, but it ended before an answer came: " + f.message(),
                "look into the log of the server, or of the proxy before it: it hung up on this request");
    }

    private static boolean isUnreachable(Findings f) {
        return f.isCausedBy(ConnectException.class) && f.causesSay("unreachable");
    }

    private static Verdict timeout(Findings f) {
        NetworkFacts network = f.network();
        boolean isConnected =
                network == null || (network.tcp() != null && network.tcp().address() != null);
        if (isConnected
                && f.failure() instanceof RequestTimeoutException e
                && e.getDeadline().equals("tls handshake")) {
            return Cause.TLS_HANDSHAKE.because(
                    "the server accepts the connection, but says nothing to the beginning of TLS: " + f.message(),
                    "check that the port speaks TLS; if it should, look into the log of the server");
        }
        boolean isConnecting =
                f.failure() instanceof RequestTimeoutException timeout && OF_CONNECTING.contains(timeout.getDeadline());
        if (isConnecting || !isConnected) {
            return Cause.CONNECT_TIMEOUT.because(
                    "no connection to " + Words.host(f.subject().shown()) + " could be made in time: " + f.message(),
                    "check that this machine may reach the host: a firewall or a missing VPN drops connections in silence");
        }
        return Cause.SILENT.because(
                "the server accepts the connection, but does not answer: " + f.message(),
                "check that the server is healthy, and that nothing before it holds its answers back;"
                        + " if it needs longer, allow it with --timeout");
    }

    private static String host(Findings f) {
        return f.network() == null ? "of the server" : f.network().host();
    }
}
