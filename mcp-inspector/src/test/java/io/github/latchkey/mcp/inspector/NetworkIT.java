package io.github.latchkey.mcp.inspector;

import static io.github.latchkey.mcp.inspector.LatchkeyProcess.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.LatchkeyProcess.Finished;
import io.github.latchkey.mcp.test.LoopbackServer;
import io.github.latchkey.mcp.test.RawServer;
import io.github.latchkey.mcp.test.SampleTools;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to a server that lead through a proxy, or need certificates. */
class NetworkIT {
    @TempDir
    Path folder;

    @Test
    void theProxyGetsTheRequestAndItsPassword() {
        try (RawServer proxy = RawServer.answering(403)) {
            String url = proxy.url().replace("//", "//jane:secret%2Dword@");
            Finished run = LatchkeyProcess.run("tools", "http://mcp.invalid/mcp", "--proxy", url, "--json", "--verbose")
                    .endsWith(4);
            assertEquals("forbidden", text(run.error(), "code"));
            var request = proxy.getRequests().get(0);
            assertEquals("http://mcp.invalid/mcp", request.getPath());
            String credentials =
                    Base64.getEncoder().encodeToString("jane:secret-word".getBytes(StandardCharsets.UTF_8));
            assertEquals("Basic " + credentials, request.header("Proxy-Authorization"));
            assertFalse((run.out() + run.err()).contains("secret"), run::toString);
        }
    }

    @Test
    void theEnvironmentNamesAProxyUnlessThereIsToBeNone() {
        try (RawServer proxy = RawServer.answering(403)) {
            Map<String, String> environment = Map.of("HTTP_PROXY", proxy.url(), "http_proxy", "");
            LatchkeyProcess.start(environment, "tools", "http://mcp.invalid/mcp", "--json")
                    .await()
                    .endsWith(4);
            LatchkeyProcess.start(environment, "tools", "http://mcp.invalid/mcp", "--json", "--proxy", "none")
                    .await()
                    .endsWith(5);
            assertEquals(1, proxy.getRequests().size());
        }
    }

    @Test
    void aProxyThatWantsAPasswordIsNamed() {
        try (RawServer proxy = RawServer.answering(407, Map.of("Proxy-Authenticate", "Basic realm=\"p\""))) {
            Finished run = LatchkeyProcess.run("tools", "http://mcp.invalid/mcp", "--proxy", proxy.url(), "--json")
                    .endsWith(5);
            assertEquals("unreachable", text(run.error(), "code"));
            assertEquals("407", text(run.error(), "status"));
            assertTrue(text(run.error(), "message").contains("the proxy " + proxy.url() + " wants a user"), run.out());
        }
    }

    @Test
    void aCertificateOfOnesOwnIsTrusted() throws Exception {
        KeyStore certificate = TlsServer.makeCertificate(folder, "server");
        ScriptedMcpServer mcp = SampleTools.addTo(ScriptedMcpServer.builder()).build();
        try (LoopbackServer plain = LoopbackServer.start(mcp);
                TlsServer server = TlsServer.start(port(plain), certificate, List.of())) {
            Finished unknown =
                    LatchkeyProcess.run("tools", server.url(), "--json").endsWith(5);
            assertEquals("tls", text(unknown.error(), "code"));
            assertTrue(text(unknown.error(), "remedy").contains("--ca"), unknown.out());
            LatchkeyProcess.run("tools", server.url(), "--ca", file("server.pem"), "--json")
                    .endsWith(0)
                    .result();
        }
    }

    @Test
    void aClientCertificateIsShown() throws Exception {
        KeyStore certificate = TlsServer.makeCertificate(folder, "server");
        KeyStore client = TlsServer.makeCertificate(folder, "client");
        ScriptedMcpServer mcp = SampleTools.addTo(ScriptedMcpServer.builder()).build();
        try (LoopbackServer plain = LoopbackServer.start(mcp);
                TlsServer server = TlsServer.start(port(plain), certificate, List.of(client))) {
            LatchkeyProcess.run(
                            "tools",
                            server.url(),
                            "--ca",
                            file("server.pem"),
                            "--client-cert",
                            file("client.pem"),
                            "--client-key",
                            file("client.key"),
                            "--json")
                    .endsWith(0)
                    .result();
            assertEquals("CN=client", server.clients().get(0));
        }
    }

    @Test
    void filesAndOptionsThatCannotBeUsedAreUsage() {
        Finished missing = LatchkeyProcess.run("tools", "https://mcp.invalid", "--ca", file("none.pem"), "--json")
                .endsWith(2);
        assertTrue(text(missing.error(), "message").contains("none.pem"), missing.out());
        Finished half = LatchkeyProcess.run("tools", "https://mcp.invalid", "--client-cert", file("a.pem"), "--json")
                .endsWith(2);
        assertTrue(text(half.error(), "message").contains("--client-key"), half.out());
        Finished proxy = LatchkeyProcess.run(
                        "tools", "https://mcp.invalid", "--proxy", "ftp://jane:secret-word@p", "--json")
                .endsWith(2);
        assertFalse(proxy.out().contains("secret-word"), proxy.out());
    }

    @Test
    void theHelpHasThem() {
        String help = LatchkeyProcess.run("tools", "--help").endsWith(0).out();
        for (String option : List.of("--proxy=URL", "--ca=FILE", "--client-cert=FILE", "--client-key=FILE")) {
            assertTrue(help.contains(option), help);
        }
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private static int port(LoopbackServer server) {
        return URI.create(server.url()).getPort();
    }
}
