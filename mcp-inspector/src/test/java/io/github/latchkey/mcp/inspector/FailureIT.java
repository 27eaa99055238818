package io.github.latchkey.mcp.inspector;

import static io.github.latchkey.mcp.inspector.LatchkeyProcess.object;
import static io.github.latchkey.mcp.inspector.LatchkeyProcess.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.LatchkeyProcess.Finished;
import io.github.latchkey.mcp.test.ClosedPort;
import io.github.latchkey.mcp.test.ProtectedMcpServer;
import io.github.latchkey.mcp.test.RawServer;
import java.util.Map;
import kotlinx.serialization.json.JsonElement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of failing server, over a socket: the code, the exit code, the JSON, and that nobody waited. */
class FailureIT {
    private static final int MAX_MILLIS = 5_000;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | rejected     | 8",
                "403 | forbidden    | 4",
                "404 | not_mcp      | 7",
                "405 | not_mcp      | 7",
                "429 | rate_limited | 8",
                "500 | server_error | 8",
                "502 | server_error | 8",
                "503 | server_error | 8",
            })
    void aFailingStatusHasItsOwnCode(int status, String code, int exitCode) {
        try (RawServer server =
                RawServer.answering(status, Map.of("Content-Type", "text/plain", "Retry-After", "7"), "no")) {
            Finished run = LatchkeyProcess.run("tools", server.url() + "/mcp", "--json")
                    .endsWith(exitCode);
            Map<String, JsonElement> error = run.error();
            assertEquals(code, text(error, "code"));
            assertEquals("connect", text(error, "phase"));
            assertEquals(Integer.toString(status), text(error, "status"));
            assertEquals(server.url() + "/mcp", text(error, "url"));
            assertFalse(text(error, "remedy").isBlank());
            assertEquals(status == 429 || status >= 500, error.containsKey("retryAfterSeconds"), run.out());
            assertEquals("", run.err());
            assertQuick(run);
        }
    }

    @Test
    void a401IsToldWithItsChallenge() {
        try (RawServer server = RawServer.answering(
                401, Map.of("WWW-Authenticate", "Bearer realm=\"a, b\", error=\"invalid_token\""), "")) {
            Finished run = LatchkeyProcess.run("connect", server.url() + "/mcp", "--non-interactive", "--json")
                    .endsWith(3);
            Map<String, JsonElement> error = run.error();
            assertEquals("unauthorized", text(error, "code"));
            assertEquals("401", text(error, "status"));
            assertEquals(
                    "{\"scheme\":\"Bearer\",\"parameters\":{\"realm\":\"a, b\",\"error\":\"invalid_token\"}}",
                    text(error, "challenge"));
            assertEquals(1, server.getRequests().size(), "one round trip");
            assertQuick(run);
        }
    }

    @Test
    void aRefusedTokenIsNotShown() {
        try (RawServer server = RawServer.answering(401, Map.of(), "bad token: secret-token")) {
            LatchkeyProcess process = LatchkeyProcess.start(
                    Map.of("LATCHKEY_TEST_TOKEN", "secret-token"),
                    "tools",
                    server.url() + "/mcp",
                    "--bearer",
                    "env:LATCHKEY_TEST_TOKEN",
                    "--json",
                    "--verbose");
            Finished run = process.await().endsWith(3);
            assertEquals("unauthorized", text(run.error(), "code"));
            assertTrue(text(run.error(), "remedy").contains("--bearer"), run.out());
            assertEquals("Bearer secret-token", server.getRequests().get(0).header("Authorization"));
            assertFalse((run.out() + run.err()).contains("secret-token"), run::toString);
        }
    }

    @Test
    void aMissingScopeIsNamed() {
        String challenge = "Bearer error=\"insufficient_scope\", scope=\"files:write\"";
        try (RawServer server = RawServer.answering(403, Map.of("WWW-Authenticate", challenge), "")) {
            Finished run = LatchkeyProcess.run("tools", server.url() + "/mcp", "--bearer", "token", "--json")
                    .endsWith(4);
            assertEquals("insufficient_scope", text(run.error(), "code"));
            assertEquals("[\"files:write\"]", text(run.error(), "missingScopes"));
        }
    }

    @Test
    void aWebPageIsNoMcpServer() {
        try (RawServer server =
                RawServer.answering(200, Map.of("Content-Type", "text/html"), "<!doctype html><h1>Welcome</h1>")) {
            Finished run = LatchkeyProcess.run("tools", server.url(), "--json").endsWith(7);
            assertEquals("not_mcp", text(run.error(), "code"));
            assertQuick(run);
        }
    }

    @Test
    void truncatedJsonIsAProtocolError() {
        try (RawServer server = RawServer.answering(200, Map.of("Content-Type", "application/json"), "{\"jsonrpc\":")) {
            Finished run = LatchkeyProcess.run("tools", server.url(), "--json").endsWith(7);
            assertEquals("protocol", text(run.error(), "code"));
        }
    }

    @Test
    void aDeadPortIsUnreachable() {
        Finished run = LatchkeyProcess.run("tools", "http://127.0.0.1:" + ClosedPort.find() + "/mcp", "--json")
                .endsWith(5);
        assertEquals("unreachable", text(run.error(), "code"));
        assertQuick(run);
    }

    @Test
    void aSilentServerIsATimeout() {
        try (RawServer server = RawServer.silent()) {
            Finished run = LatchkeyProcess.run("tools", server.url(), "--timeout", "300ms", "--json")
                    .endsWith(6);
            assertEquals("timeout", text(run.error(), "code"));
            assertTrue(text(run.error(), "remedy").contains("--timeout"), run.out());
            assertQuick(run);
        }
    }

    @Test
    void aKeyInTheUrlIsNotShown() {
        try (RawServer server = RawServer.silent()) {
            String url = server.url() + "/mcp?tenant=green&api_key=secret-key";
            Finished run = LatchkeyProcess.run("tools", url, "--timeout", "300ms", "--verbose")
                    .endsWith(6);
            assertFalse(run.err().contains("secret-key"), run.err());
            assertTrue(run.err().contains("tenant=green"), run.err());
        }
    }

    @Test
    void peopleGetTheSameInLines() {
        try (RawServer server = RawServer.answering(500, Map.of(), "")) {
            Finished run = LatchkeyProcess.run("tools", server.url() + "/mcp").endsWith(8);
            assertEquals("", run.out());
            assertTrue(run.err().startsWith("latchkey: "), run.err());
            for (String line :
                    new String[] {"code:    server_error", "phase:   connect", "status:  500", "remedy:  "}) {
                assertTrue(run.err().contains("\n  " + line), run.err());
            }
        }
    }

    @Test
    void aBrowserThatDoesNotStartEndsTheSignInAtOnce() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            Finished run = LatchkeyProcess.run(
                            "tools", server.url(), "--open-browser-command", "/no/such/browser", "--json")
                    .endsWith(3);
            assertEquals("authorization_failed", text(run.error(), "code"));
            assertEquals("authorize", text(run.error(), "phase"));
            assertEquals("authorization", text(run.error(), "step"));
            assertQuick(run);
        }
    }

    @Test
    void somebodyMustBeThereToSignIn() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            Finished run = LatchkeyProcess.run("tools", server.url(), "--non-interactive", "--json")
                    .endsWith(3);
            assertEquals("unauthorized", text(run.error(), "code"));
            assertTrue(
                    object(object(run.error(), "challenge"), "parameters").containsKey("resource_metadata"), run.out());
            assertTrue(server.getAuthorizationServer().getClientIds().isEmpty());
        }
    }

    @Test
    void aWrongCommandLineIsUsage() {
        assertEquals(
                "usage",
                text(
                        LatchkeyProcess.run("tools", "nowhere", "--json")
                                .endsWith(2)
                                .error(),
                        "code"));
        Finished unknown = LatchkeyProcess.run("tolls").endsWith(2);
        assertTrue(unknown.err().contains("did you mean 'tools'?"), unknown.err());
    }

    private static void assertQuick(Finished run) {
        assertTrue(Long.parseLong(text(run.json(), "elapsedMs")) < MAX_MILLIS, run::toString);
    }
}
