package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.doctor.Cause;
import io.github.latchkey.mcp.test.ClosedPort;
import io.github.latchkey.mcp.test.FaultPlace;
import io.github.latchkey.mcp.test.FaultServer;
import io.github.latchkey.mcp.test.Faults;
import io.github.latchkey.mcp.test.LoopbackServer;
import io.github.latchkey.mcp.test.RawServer;
import io.github.latchkey.mcp.test.SampleTools;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that can be wrong before a server says a word. */
class DoctorNetworkTest {
    @Test
    void aNameThatDoesNotExist() {
        Diagnosed found = Diagnosed.json("https://mcp.invalid/mcp").says(Cause.DNS, 5);
        assertEquals("failed", found.outcome("dns"));
        assertEquals("skipped", found.outcome("tls"));
    }

    @Test
    void nothingListens() {
        Diagnosed found =
                Diagnosed.json("http://127.0.0.1:" + ClosedPort.find()).says(Cause.CONNECTION_REFUSED, 5);
        assertEquals("ok", found.outcome("dns"));
        assertEquals("failed", found.outcome("tcp"));
        assertEquals("server", found.verdict("fault"));
    }

    @Test
    void connectionsAreDroppedInSilence() {
        try (FaultServer hole = FaultServer.start(Faults.named("black-hole"), FaultPlace.CONNECT)) {
            Diagnosed.json(hole.url(), "--timeout", "300ms").says(Cause.CONNECT_TIMEOUT, 6);
        }
    }

    @Test
    void theServerHangsUp() {
        try (RawServer server = RawServer.start(connection -> {
            connection.readRequest();
            connection.close();
        })) {
            Diagnosed.json(server.url()).says(Cause.CONNECTION_LOST, 5);
        }
    }

    @Test
    void theServerIsSilent() {
        try (RawServer server = RawServer.silent()) {
            Diagnosed found = Diagnosed.json(server.url(), "--timeout", "300ms").says(Cause.SILENT, 6);
            assertEquals("ok", found.outcome("tcp"));
        }
    }

    @Test
    void somethingElseListens() {
        try (RawServer server = RawServer.start(connection -> connection.sendRaw("SSH-2.0-OpenSSH_9.6\r\n"))) {
            Diagnosed.json(server.url()).says(Cause.NOT_HTTP, 7);
        }
    }

    @Test
    void theProxyIsNotThere() {
        String proxy = "http://127.0.0.1:" + ClosedPort.find();
        Diagnosed found =
                Diagnosed.json("http://mcp.invalid/mcp", "--proxy", proxy).says(Cause.PROXY_UNREACHABLE, 5);
        assertEquals(proxy, LatchkeyProcess.text(found.step("proxy"), "proxy"));
        assertTrue(found.verdict("remedy").contains("--proxy none"), found::toString);
    }

    @Test
    void theProxyWantsAPassword() {
        try (RawServer proxy = RawServer.answering(407, Map.of("Proxy-Authenticate", "Basic realm=\"p\""))) {
            Diagnosed.json("http://mcp.invalid/mcp", "--proxy", proxy.url()).says(Cause.PROXY_CREDENTIALS, 5);
        }
    }

    @Test
    void theProxyOpensNoTunnel() {
        try (RawServer proxy = RawServer.answering(403)) {
            Diagnosed found = Diagnosed.json("https://mcp.invalid/mcp", "--proxy", proxy.url())
                    .says(Cause.PROXY_REFUSED, 5);
            assertEquals("skipped", found.outcome("tls"));
        }
    }

    @Test
    void tlsIsNotSpoken() {
        try (RawServer server = RawServer.start(connection -> connection.sendRaw("HTTP/1.1 400 Bad Request\r\n\r\n"))) {
            Diagnosed found =
                    Diagnosed.json(server.url().replace("http:", "https:")).says(Cause.TLS_NOT_SPOKEN, 5);
            assertEquals("failed", found.outcome("tls"));
        }
    }

    @Test
    void certificatesThatAreNoGood(@TempDir Path folder) throws Exception {
        String ca = TestCertificates.authority(folder).toString();
        try (LoopbackServer plain = LoopbackServer.start(
                SampleTools.addTo(ScriptedMcpServer.builder()).build())) {
            diagnose(plain, "expired", ca, Cause.TLS_EXPIRED);
            diagnose(plain, "future", ca, Cause.TLS_NOT_YET_VALID);
            Diagnosed other = diagnose(plain, "other", ca, Cause.TLS_WRONG_HOST);
            assertTrue(other.verdict("message").contains("it is for other.example"), other::toString);
        }
    }

    @Test
    void anIssuerThatIsKnownOrNot(@TempDir Path folder) throws Exception {
        KeyStore good = TestCertificates.keyStore("good");
        String ca = TestCertificates.authority(folder).toString();
        ScriptedMcpServer mcp = SampleTools.addTo(ScriptedMcpServer.builder()).build();
        try (LoopbackServer plain = LoopbackServer.start(mcp);
                TlsServer server = TlsServer.start(port(plain), good, List.of())) {
            Diagnosed unknown = Diagnosed.json(server.url()).says(Cause.TLS_UNTRUSTED, 5);
            assertTrue(unknown.verdict("message").contains("CN=ca"), unknown::toString);
            assertEquals("failed", unknown.outcome("tls"));
            String chain = LatchkeyProcess.text(unknown.step("tls"), "certificates");
            assertTrue(chain.contains("\"subject\":\"CN=own\",\"issuer\":\"CN=ca\""), chain);
            assertTrue(chain.contains("\"names\":[\"localhost\"]"), chain);

            Diagnosed known = Diagnosed.json(server.url(), "--ca", ca).says(Cause.NONE, 0);
            assertEquals("TLSv1.3", LatchkeyProcess.text(known.step("tls"), "version"));
        }
    }

    @Test
    void plainHttpWhereTlsIsSpoken() throws Exception {
        try (RawServer nobody = RawServer.silent();
                TlsServer server = TlsServer.start(nobody.port(), TestCertificates.keyStore("good"), List.of())) {
            Diagnosed found = Diagnosed.json(server.url().replace("https:", "http:"));
            assertEquals(Cause.TLS_EXPECTED.id(), found.verdict("cause"), found::toString);
        }
    }

    @Test
    void aClientCertificateIsMissing(@TempDir Path folder) throws Exception {
        KeyStore good = TestCertificates.keyStore("good");
        try (RawServer nobody = RawServer.silent();
                TlsServer server = TlsServer.start(nobody.port(), good, List.of(good))) {
            String ca = TestCertificates.authority(folder).toString();
            Diagnosed.json(server.url(), "--ca", ca).says(Cause.TLS_CLIENT_CERTIFICATE, 5);
        }
    }

    private static Diagnosed diagnose(LoopbackServer plain, String certificate, String ca, Cause cause)
            throws Exception {
        try (TlsServer server = TlsServer.start(port(plain), TestCertificates.keyStore(certificate), List.of())) {
            return Diagnosed.json(server.url(), "--ca", ca).says(cause, 5);
        }
    }

    private static int port(LoopbackServer plain) {
        return URI.create(plain.url()).getPort();
    }
}
