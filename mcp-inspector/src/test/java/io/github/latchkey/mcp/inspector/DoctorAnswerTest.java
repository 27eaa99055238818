package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.doctor.Cause;
import io.github.latchkey.mcp.test.RawConnection;
import io.github.latchkey.mcp.test.RawServer;
import io.github.latchkey.mcp.test.RecordedRequest;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import kotlinx.serialization.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that answer, but not as an MCP server would. */
class DoctorAnswerTest {
    private static final String JSON = "application/json";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "404 | application/json | {}                             | WRONG_PATH         | 7",
                "405 | text/plain       | no                             | POST_NOT_ALLOWED   | 7",
                "200 | text/html        | <form>Sign in: password</form> | LOGIN_PAGE         | 7",
                "200 | text/html        | <h1>Welcome</h1>               | WEB_PAGE           | 7",
                "202 | ``               | ``                             | EMPTY_ANSWER       | 7",
                "200 | application/json | ``                             | EMPTY_ANSWER       | 7",
                "200 | text/plain       | hello                          | WRONG_CONTENT_TYPE | 7",
                "200 | application/json | {\"jsonrpc\":\"2.0\",\"id\":1,  | BROKEN_JSON        | 7",
                "200 | application/json | {\"jsonrpc\":\"2.0\",\"id\":77,\"result\":{}} | PROTOCOL_VIOLATION | 7",
                "403 | application/json | {}                             | FORBIDDEN          | 4",
                "403 | text/html        | <h1>Attention</h1>             | BLOCKED            | 4",
                "429 | application/json | {}                             | RATE_LIMITED       | 8",
                "500 | application/json | {}                             | SERVER_ERROR       | 8",
                "502 | text/html        | <h1>Bad Gateway</h1>           | BAD_GATEWAY        | 8",
                "400 | text/plain       | Bad Request                    | HANDSHAKE_REFUSED  | 8",
                "418 | text/plain       | teapot                         | HANDSHAKE_REFUSED  | 8",
            })
    void whatAnswersInItsPlace(int status, String type, String body, Cause cause, int exitCode) {
        Map<String, String> headers = type.isEmpty() ? Map.of() : Map.of("Content-Type", type);
        try (RawServer server = RawServer.answering(status, headers, body)) {
            Diagnosed found = Diagnosed.json(server.url() + "/mcp").says(cause, exitCode);
            assertEquals("ok", found.outcome("tcp"));
            assertEquals(String.valueOf(status), LatchkeyProcess.text(found.step("request"), "status"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "301, https://127.0.0.1/mcp, HTTPS_REDIRECT",
        "302, https://id.example/login?to=x, LOGIN_REDIRECT",
        "307, https://other.example/mcp, REDIRECTED",
    })
    void redirectsElsewhere(int status, String location, Cause cause) {
        try (RawServer server = RawServer.answering(status, Map.of("Location", location))) {
            Diagnosed found = Diagnosed.json(server.url() + "/mcp").says(cause, 8);
            assertFalse(found.out().contains("to=x"), found::toString);
        }
    }

    @Test
    void saysHowLongToWait() {
        try (RawServer server = RawServer.answering(429, Map.of("Retry-After", "17"))) {
            Diagnosed found = Diagnosed.json(server.url()).says(Cause.RATE_LIMITED, 8);
            assertTrue(found.verdict("remedy").contains("17 s"), found::toString);
        }
    }

    @Test
    void theAnswerBreaksOff() {
        try (RawServer server = RawServer.start(connection -> {
            connection.readRequest();
            connection.startChunked();
            connection.sendChunk(": wait\n\n");
            connection.reset();
        })) {
            Diagnosed.json(server.url()).says(Cause.ANSWER_BROKE_OFF, 7);
        }
    }

    @Test
    void theRevisionIsOneThatNobodyKnows() {
        try (RawServer server = RawServer.start(connection -> serve(connection, "1999-01-01"))) {
            Diagnosed found = Diagnosed.json(server.url()).says(Cause.VERSION_UNSUPPORTED, 7);
            assertTrue(found.verdict("message").contains("1999-01-01"), found::toString);
            assertEquals("failed", found.outcome("handshake"));
        }
    }

    @Test
    void theRevisionOfTheOptionsIsNotSpoken() {
        try (RawServer server = RawServer.start(connection -> serve(connection, "2025-11-25"))) {
            Diagnosed.json(server.url(), "--protocol", "2025-06-18").says(Cause.VERSION_NARROWED, 7);
        }
    }

    @Test
    void theServerRefusesTheRevisionThatItNames() {
        try (RawServer server = RawServer.start(connection -> answer(connection, request -> {
            String error = "{\"code\":-32022,\"message\":\"Unsupported protocol version\",\"data\":"
                    + "{\"supported\":[\"2026-07-28\"],\"requested\":\"2026-07-28\"}}";
            return "HTTP 400 {\"jsonrpc\":\"2.0\",\"id\":" + id(request) + ",\"error\":" + error + "}";
        }))) {
            Diagnosed.json(server.url()).says(Cause.VERSION_CONTRADICTION, 7);
        }
    }

    @Test
    void theSessionIsLostAtOnce() {
        try (RawServer server = RawServer.start(connection -> serve(connection, "2025-11-25"))) {
            Diagnosed found = Diagnosed.json(server.url()).says(Cause.SESSION_LOST, 9);
            assertEquals("true", LatchkeyProcess.text(found.step("session"), "hasId"));
            assertFalse(found.out().contains("s3ss10n"), found::toString);
        }
    }

    @Test
    void whatAServerSaysIsMadeFitForATerminal() {
        String body = "\u001b[31mred" + "x".repeat(5000);
        try (RawServer server =
                RawServer.answering(400, Map.of("Content-Type", "text/\u001b[31mred", "Server", "\u001b[2Jx"), body)) {
            Diagnosed found = Diagnosed.text(server.url());
            assertEquals(8, found.exitCode());
            assertFalse(found.out().contains("\u001b"), found::toString);
            assertTrue(found.out().lines().allMatch(line -> line.length() < 700), found::toString);
        }
    }

    /** A server of the session era that loses every session at once. */
    private static void serve(RawConnection connection, String revision) throws IOException {
        answer(connection, request -> {
            String method = request.getJsonRpcMethod();
            if ("initialize".equals(method)) {
                return "HTTP 200 {\"jsonrpc\":\"2.0\",\"id\":" + id(request) + ",\"result\":{\"protocolVersion\":\""
                        + revision
                        + "\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}}";
            }
            if ("server/discover".equals(method)) {
                return "HTTP 200 {\"jsonrpc\":\"2.0\",\"id\":" + id(request)
                        + ",\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}";
            }
            if ("notifications/initialized".equals(method)) return "HTTP 202 ";
            return request.getMethod().equals("GET") ? "HTTP 405 " : "HTTP 404 ";
        });
    }

    private static void answer(RawConnection connection, Function<RecordedRequest, String> answers) throws IOException {
        for (RecordedRequest request = connection.readRequest(); request != null; request = connection.readRequest()) {
            String answer = answers.apply(request);
            String body = answer.substring(9);
            Map<String, String> headers =
                    body.isEmpty() ? Map.of() : Map.of("Content-Type", JSON, "Mcp-Session-Id", "s3ss10n-of-this-test");
            connection.sendAnswer(Integer.parseInt(answer.substring(5, 8)), headers, body);
        }
    }

    private static String id(RecordedRequest request) {
        return String.valueOf(((JsonObject) Objects.requireNonNull(request.getJson())).get("id"));
    }
}
