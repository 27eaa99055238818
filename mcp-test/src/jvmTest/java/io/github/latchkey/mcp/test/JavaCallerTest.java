package io.github.latchkey.mcp.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The kit as a Java user would call it. */
class JavaCallerTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void aScriptedServerAnswers() throws Exception {
        ScriptedMcpServer server = ScriptedMcpServer.builder()
                .revisions(McpRevisions.STATELESS)
                .tool(
                        "greet",
                        "Greets.",
                        "{\"type\":\"object\"}",
                        (arguments, call) -> CompletableFuture.completedFuture(ToolResults.text("hello")))
                .build();
        try (LoopbackServer loopback = LoopbackServer.start(server)) {
            assertEquals(406, post(loopback.url() + "/mcp", "{}").statusCode());
            assertEquals(1, server.waitForRequests(1).size());
            assertEquals(1, server.getViolations().size());
        }
    }

    @Test
    void aProtectedServerChallenges() throws Exception {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            HttpResponse<String> answer = post(server.url(), "{}");
            assertEquals(401, answer.statusCode());
            assertTrue(answer.headers()
                    .firstValue("WWW-Authenticate")
                    .orElseThrow()
                    .contains("resource_metadata"));
        }
    }

    @Test
    void aRawServerFollowsItsScript() throws Exception {
        try (RawServer server = RawServer.start(connection -> {
            connection.readRequest();
            connection.sendAnswer(429, Map.of("Retry-After", "1"), "");
        })) {
            assertEquals(429, post(server.url(), "{}").statusCode());
            assertEquals(1, server.waitForRequests(1).size());
        }
    }

    @Test
    void nothingIsLeft() throws Exception {
        LeakCheck before = LeakCheck.snapshot();
        RawServer.silent().close();
        before.assertNothingLeft();
    }

    private static HttpResponse<String> post(String url, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
