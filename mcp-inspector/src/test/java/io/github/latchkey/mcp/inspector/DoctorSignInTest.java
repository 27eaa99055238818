package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.inspector.doctor.Cause;
import io.github.latchkey.mcp.test.AuthorizationServer;
import io.github.latchkey.mcp.test.AuthorizationServer.Endpoint;
import io.github.latchkey.mcp.test.AuthorizationServerBuilder;
import io.github.latchkey.mcp.test.ClosedPort;
import io.github.latchkey.mcp.test.Consent;
import io.github.latchkey.mcp.test.IssParameter;
import io.github.latchkey.mcp.test.ProtectedMcpServer;
import io.github.latchkey.mcp.test.Protection;
import io.github.latchkey.mcp.test.SampleTools;
import io.github.latchkey.mcp.test.ScriptedAnswer;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import io.github.latchkey.mcp.test.ServerMetadataLocation;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import kotlinx.serialization.json.JsonElement;
import kotlinx.serialization.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sign-ins that fail before there is a token. */
class DoctorSignInTest {
    @Test
    void withoutAPersonItGoesAsFarAsItCan() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            Diagnosed found = Diagnosed.json(server.url()).says(Cause.SIGN_IN_NEEDED, 3);
            assertEquals("ok", found.outcome("challenge"));
            assertEquals("ok", found.outcome("resource_metadata"));
            assertEquals("ok", found.outcome("server_metadata"));
            assertEquals("skipped", found.outcome("registration"));
            assertEquals("skipped", found.outcome("authorization"));
            assertTrue(
                    LatchkeyProcess.text(found.step("authorization"), "summary")
                            .contains(server.issuer() + "/authorize"),
                    found::toString);
            assertFalse(found.out().contains("code_challenge="), found::toString);
            assertEquals(
                    "authorization_failed",
                    LatchkeyProcess.text(LatchkeyProcess.object(found.result(), "error"), "code"));
        }
    }

    @Test
    void withAPersonItGoesToTheEnd() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            Diagnosed found = Diagnosed.login(server.url()).says(Cause.NONE, 0);
            Map<String, JsonElement> token = found.step("token");
            assertEquals("Bearer", LatchkeyProcess.text(token, "tokenType"));
            assertEquals("obtained", LatchkeyProcess.text(token, "source"));
            assertEquals("[\"tools:read\"]", LatchkeyProcess.text(token, "scopes"));
            assertEquals("ok", found.outcome("tools"));
        }
    }

    @Test
    void metadataThatIsAPage() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            server.getServer().answerMetadata(ScriptedAnswer.html());
            Diagnosed found = Diagnosed.json(server.url()).says(Cause.METADATA_IS_HTML, 3);
            assertEquals("failed", found.outcome("resource_metadata"));
            assertEquals("server", found.verdict("fault"));
        }
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            server.getAuthorizationServer().answerAlways(Endpoint.METADATA, ScriptedAnswer.html());
            Diagnosed found = Diagnosed.json(server.url()).says(Cause.METADATA_IS_HTML, 3);
            assertEquals("authorization_server", found.verdict("fault"));
        }
    }

    @Test
    void metadataThatIsBroken() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            server.getServer().answerMetadata(ScriptedAnswer.json(200, "{\"resource\":"));
            Diagnosed.json(server.url()).says(Cause.METADATA_BROKEN, 3);
        }
    }

    @Test
    void metadataBehindAFirewall() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            server.getAuthorizationServer().answerAlways(Endpoint.METADATA, ScriptedAnswer.html(403));
            Diagnosed found = Diagnosed.json(server.url()).says(Cause.DISCOVERY_BLOCKED, 3);
            assertTrue(found.steps("server_metadata").size() > 1, found::toString);
        }
    }

    @Test
    void metadataOfAnotherResource() {
        try (ProtectedMcpServer server = start(builder -> {}, p -> p.resource("https://mcp.example/other"))) {
            Diagnosed found = Diagnosed.json(server.url()).says(Cause.RESOURCE_MISMATCH, 3);
            assertTrue(found.verdict("message").contains("https://mcp.example/other"), found::toString);
            assertEquals(server.url(), LatchkeyProcess.text(found.step("resource_metadata"), "expected"));
        }
    }

    @Test
    void metadataOfAnotherIssuer() {
        try (ProtectedMcpServer server =
                start(builder -> builder.metadata(with("issuer", "\"https://id.example\"")), p -> {})) {
            Diagnosed found = Diagnosed.json(server.url()).says(Cause.ISSUER_MISMATCH, 3);
            assertEquals("failed", found.outcome("server_metadata"));
        }
    }

    @Test
    void metadataThatAreNowhere() {
        try (ProtectedMcpServer server =
                start(builder -> builder.metadataLocations(new ServerMetadataLocation[0]), p -> {})) {
            Diagnosed.json(server.url()).says(Cause.SERVER_METADATA_MISSING, 3);
        }
    }

    @Test
    void anAuthorizationServerThatMustNotBeUsed() {
        try (ProtectedMcpServer server = start(builder -> {}, p -> p.authorizationServers("http://id.example"))) {
            Diagnosed.json(server.url()).says(Cause.UNSAFE_URL, 3);
        }
    }

    @Test
    void anAuthorizationServerThatIsNotThere() {
        String issuer = "http://127.0.0.1:" + ClosedPort.find();
        try (ProtectedMcpServer server = start(builder -> {}, p -> p.authorizationServers(issuer))) {
            Diagnosed found = Diagnosed.json(server.url()).says(Cause.AUTHORIZATION_SERVER_UNREACHABLE, 5);
            assertEquals("failed", found.outcome("server_metadata"));
            assertEquals("ok", found.outcome("request"));
        }
    }

    @Test
    void pkceIsNotPromised() {
        try (ProtectedMcpServer server =
                start(builder -> builder.metadata(with("code_challenge_methods_supported", "[\"plain\"]")), p -> {})) {
            Diagnosed.json(server.url()).says(Cause.PKCE_MISSING, 3);
        }
    }

    @Test
    void noClientCanBeHad() {
        try (ProtectedMcpServer server = start(builder -> builder.registration(false), p -> {})) {
            Diagnosed.json(server.url()).says(Cause.REGISTRATION_IMPOSSIBLE, 3);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "REGISTRATION, 403, access_denied,       REGISTRATION_REFUSED",
        "REGISTRATION, 400, invalid_redirect_uri, REDIRECT_URI_REFUSED",
        "TOKEN,        401, invalid_client,      CLIENT_UNKNOWN",
        "TOKEN,        400, invalid_scope,       SCOPE_REFUSED",
        "TOKEN,        400, invalid_target,      TOKEN_REQUEST_FAILED",
    })
    void anEndpointThatRefuses(Endpoint endpoint, int status, String error, Cause cause) {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            server.getAuthorizationServer()
                    .answerAlways(endpoint, ScriptedAnswer.json(status, "{\"error\":\"" + error + "\"}"));
            Diagnosed found = Diagnosed.login(server.url()).says(cause, 3);
            assertEquals("failed", found.outcome(endpoint.name().toLowerCase(java.util.Locale.ROOT)));
        }
    }

    @Test
    void aPersonWhoRefuses() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            server.getAuthorizationServer().setConsent(Consent.DENY);
            Diagnosed.login(server.url()).says(Cause.CONSENT_DENIED, 3);
        }
    }

    @Test
    void anAnswerFromSomebodyElse() {
        try (ProtectedMcpServer server = start(builder -> builder.issParameter(IssParameter.WRONG, true), p -> {})) {
            Diagnosed.login(server.url()).says(Cause.AUTHORIZATION_RESPONSE, 3);
        }
    }

    @Test
    void noBrowserCanBeOpened() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            Diagnosed.json("--login", "--open-browser-command", "no-such-browser-here %s", server.url())
                    .says(Cause.BROWSER_FAILED, 3);
        }
    }

    private static java.util.function.UnaryOperator<JsonObject> with(String member, String json) {
        return metadata -> {
            Map<String, JsonElement> members = new LinkedHashMap<>(metadata);
            members.put(member, Objects.requireNonNull(RawJson.parse(json).toElement()));
            return new JsonObject(members);
        };
    }

    static ProtectedMcpServer start(Consumer<AuthorizationServerBuilder> set, Consumer<Protection.Builder> protect) {
        AuthorizationServerBuilder builder = AuthorizationServer.builder();
        set.accept(builder);
        ScriptedMcpServer server =
                SampleTools.addTo(ScriptedMcpServer.builder()).build();
        return ProtectedMcpServer.start(server, builder.build(), protection -> {
            SampleTools.protect(protection);
            protect.accept(protection);
        });
    }
}
