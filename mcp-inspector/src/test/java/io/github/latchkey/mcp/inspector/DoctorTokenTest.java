package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.doctor.Cause;
import io.github.latchkey.mcp.test.AuthorizationServer.Endpoint;
import io.github.latchkey.mcp.test.ProtectedMcpServer;
import io.github.latchkey.mcp.test.RawServer;
import io.github.latchkey.mcp.test.ScriptedAnswer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that a server refuses, and servers that want one and do not say where. */
class DoctorTokenTest {
    private static final Map<String, String> INVALID = Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\"");

    @Test
    void nobodySaysWhereToSignIn() {
        try (RawServer server = RawServer.start(connection -> {
            for (var request = connection.readRequest(); request != null; request = connection.readRequest()) {
                boolean isMcp = request.getPath().equals("/mcp");
                connection.sendAnswer(isMcp ? 401 : 404, isMcp ? Map.of("WWW-Authenticate", "Bearer") : Map.of(), "");
            }
        })) {
            Diagnosed found = Diagnosed.json(server.url() + "/mcp").says(Cause.SIGN_IN_NOT_DESCRIBED, 3);
            assertEquals(2, found.steps("resource_metadata").size());
            assertEquals("failed", found.outcome("challenge"));
        }
    }

    @Test
    void aFirewallHidesWhereToSignIn() {
        try (RawServer server = RawServer.start(connection -> {
            for (var request = connection.readRequest(); request != null; request = connection.readRequest()) {
                boolean isMcp = request.getPath().equals("/mcp");
                Map<String, String> page = Map.of("Content-Type", "text/html", "Server", "cloudflare");
                connection.sendAnswer(isMcp ? 401 : 403, isMcp ? Map.of() : page, isMcp ? "" : "<h1>Blocked</h1>");
            }
        })) {
            Diagnosed found = Diagnosed.json(server.url() + "/mcp").says(Cause.DISCOVERY_BLOCKED, 3);
            assertTrue(found.verdict("message").contains("cloudflare"), found::toString);
        }
    }

    @Test
    void aTokenOfTheOptionsThatIsRefused() {
        try (RawServer server = RawServer.answering(401, INVALID)) {
            Diagnosed found = Diagnosed.text(server.url(), "--bearer", "s3cret-t0ken-of-this-test");
            assertEquals(3, found.exitCode());
            assertTrue(found.out().contains("refuses the token of --bearer"), found::toString);
            assertFalse((found.out() + found.err()).contains("s3cret"), found::toString);
        }
        try (RawServer server = RawServer.answering(401, INVALID)) {
            diagnose(server, jwt("")).says(Cause.BEARER_REFUSED, 3);
        }
    }

    @Test
    void aTokenForSomebodyElse() {
        try (RawServer server = RawServer.answering(401, INVALID)) {
            String token = jwt(",\"aud\":\"https://mcp.example/other\"");
            Diagnosed found = diagnose(server, token).says(Cause.AUDIENCE_MISMATCH, 3);
            assertEquals("options", found.verdict("fault"));
            assertTrue(LatchkeyProcess.text(found.step("token"), "claims").contains("mcp.example/other"));
            assertFalse(found.out().contains(token), found::toString);
        }
    }

    @Test
    void aTokenThatHasEndedOrNotBegun() {
        long now = Instant.now().getEpochSecond();
        try (RawServer server = RawServer.answering(401, INVALID)) {
            diagnose(server, jwt(",\"exp\":" + (now - 7200))).says(Cause.TOKEN_EXPIRED, 3);
            diagnose(server, jwt(",\"nbf\":" + (now + 600))).says(Cause.CLOCK_SKEW, 3);
        }
    }

    @Test
    void aClockThatIsWrong() {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().plusSeconds(3600).atOffset(ZoneOffset.UTC));
        Map<String, String> headers = Map.of("WWW-Authenticate", "Bearer error=\"invalid_token\"", "Date", date);
        try (RawServer server = RawServer.answering(401, headers)) {
            Diagnosed found = diagnose(server, "opaque").says(Cause.CLOCK_SKEW, 3);
            assertTrue(found.verdict("message").contains("ahead of the clock here"), found::toString);
        }
    }

    @Test
    void aFreshTokenThatIsRefused() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            answerToken(server, "0paque-but-fresh");
            Diagnosed.login(server.url()).says(Cause.TOKEN_REFUSED, 3);
        }
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            answerToken(server, jwt(",\"aud\":\"https://mcp.example/other\""));
            Diagnosed found = Diagnosed.login(server.url()).says(Cause.AUDIENCE_MISMATCH, 3);
            assertEquals("authorization_server", found.verdict("fault"));
        }
    }

    @Test
    void scopesThatAreMissing() {
        Map<String, String> headers =
                Map.of("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"files:write\"");
        try (RawServer server = RawServer.answering(403, headers)) {
            Diagnosed found = diagnose(server, "opaque").says(Cause.INSUFFICIENT_SCOPE, 4);
            assertTrue(found.verdict("message").contains("files:write"), found::toString);
        }
    }

    @Test
    void aSignInThatHasEnded(@TempDir Path folder) {
        String store = folder.resolve("store").toString();
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            Diagnosed.login(server.url(), "--store", store).says(Cause.NONE, 0);
            Diagnosed stored = Diagnosed.json(server.url(), "--store", store).says(Cause.NONE, 0);
            assertEquals("stored", LatchkeyProcess.text(stored.step("token"), "source"));
            server.getAuthorizationServer().expireAccessTokens();
            server.getAuthorizationServer().revokeRefreshTokens();
            Diagnosed.json(server.url(), "--store", store).says(Cause.REFRESH_REVOKED, 3);
        }
    }

    @Test
    void noSecretIsShown(@TempDir Path folder) throws IOException {
        Path store = folder.resolve("store");
        Path trace = folder.resolve("trace");
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            Diagnosed json = Diagnosed.login(server.url(), "--store", store.toString(), "--trace", trace.toString())
                    .says(Cause.NONE, 0);
            Diagnosed text = Diagnosed.login(server.url(), "--text");
            assertEquals(0, text.exitCode(), text::toString);
            String shown = json.out() + text.out() + Files.readString(trace);
            Matcher tokens = Pattern.compile("\"(?:accessToken|refreshToken)\":\"([^\"]+)\"")
                    .matcher(Files.readString(store));
            int count = 0;
            for (; tokens.find(); count++) assertFalse(shown.contains(tokens.group(1)), shown);
            assertEquals(2, count);
            for (var request : server.getAuthorizationServer().requests(Endpoint.TOKEN)) {
                assertFalse(shown.contains(request.getForm().get("code")), shown);
                assertFalse(shown.contains(request.getForm().get("code_verifier")), shown);
            }
            for (var request : server.getAuthorizationServer().requests(Endpoint.AUTHORIZATION)) {
                assertFalse(shown.contains(request.getQueryParameters().get("state")), shown);
            }
            server.getServer().getSessionIds().forEach(id -> assertFalse(shown.contains(id), shown));
        }
    }

    private static Diagnosed diagnose(RawServer server, String token) {
        return Diagnosed.json(server.url(), "--bearer", token);
    }

    private static void answerToken(ProtectedMcpServer server, String token) {
        String body = "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":300}";
        server.getAuthorizationServer().answerAlways(Endpoint.TOKEN, ScriptedAnswer.json(200, body));
    }

    /** Signed by nobody: whoever only reads it does not look. */
    private static String jwt(String claims) {
        return encoded("{\"alg\":\"none\"}") + "." + encoded("{\"iss\":\"https://id.example\"" + claims + "}")
                + ".c2ln";
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
