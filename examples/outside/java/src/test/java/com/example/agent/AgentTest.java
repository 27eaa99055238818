package com.example.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.auth.AuthorizationUrl;
import io.github.latchkey.mcp.test.Consent;
import io.github.latchkey.mcp.test.ProtectedMcpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class AgentTest {
    private final Agent agent = new Agent(AgentTest::browse, System.out);

    @Test
    void signsInAndCalls() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            assertTrue(agent.run(server.url()));
            server.getServer().assertNoViolations();
        }
    }

    @Test
    void endsWhenThePersonDeclines() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            server.getAuthorizationServer().setConsent(Consent.DENY);
            assertFalse(agent.run(server.url()));
        }
    }

    /** Stands in for a person's browser, which follows the redirects. The servers of the test kit speak HTTP/1.1 alone. */
    private static void browse(AuthorizationUrl url) throws IOException, InterruptedException {
        HttpClient browser = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        browser.send(HttpRequest.newBuilder(URI.create(url.getValue())).build(), BodyHandlers.discarding());
    }
}
