package io.github.latchkey.mcp.inspector.doctor;

import io.github.latchkey.mcp.http.HttpProxy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the probes found out about the way to a server.
 *
 * @param proxy null for none
 * @param proxyProblem why no proxy could be chosen; null if that went well
 * @param dns null if it was not asked
 * @param tcp null if it was not tried
 * @param tls null if it was not tried
 */
public record NetworkFacts(
        String scheme,
        String host,
        int port,
        @Nullable HttpProxy proxy,
        @Nullable String proxyProblem,
        @Nullable Dns dns,
        @Nullable Tcp tcp,
        @Nullable Tls tls) {
    /**
     * The addresses of a name.
     *
     * @param problem null if there are addresses
     */
    public record Dns(
            String host,
            List<String> addresses,
            long elapsedMs,
            @Nullable String problem) {}

    /**
     * The connection.
     *
     * @param address the first that took a connection; null if none did
     * @param refused the addresses before it, and why
     */
    public record Tcp(@Nullable String address, int port, Map<String, String> refused, long elapsedMs) {}

    /**
     * The handshake.
     *
     * @param version null if there was no handshake; then {@code problem} says why
     * @param chain as the server sent it, its own certificate first
     * @param wantsCertificate whether the server asked for a certificate of the client
     */
    public record Tls(
            @Nullable String version,
            @Nullable String cipher,
            List<Certificate> chain,
            boolean wantsCertificate,
            long elapsedMs,
            @Nullable String problem) {}

    /**
     * A certificate that the server showed.
     *
     * @param names the hosts that it is for; empty for one of an authority
     */
    public record Certificate(
            String subject, String issuer, Instant validFrom, Instant validUntil, List<String> names) {
        boolean isSelfSigned() {
            return subject.equals(issuer);
        }
    }

    /** The same, with what a handshake found. */
    public NetworkFacts withTls(@Nullable Tls found) {
        return new NetworkFacts(scheme, host, port, proxy, proxyProblem, dns, tcp, found);
    }

    /** Whether the connection goes straight to the server. */
    boolean isDirect() {
        return proxy == null && proxyProblem == null;
    }
}
