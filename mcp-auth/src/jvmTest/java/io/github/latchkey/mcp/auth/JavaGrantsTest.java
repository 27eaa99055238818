package io.github.latchkey.mcp.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.latchkey.mcp.test.AuthorizationServer;
import io.github.latchkey.mcp.test.ProtectedMcpServer;
import io.github.latchkey.mcp.test.RegisteredClient;
import io.github.latchkey.mcp.test.SampleTools;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import io.github.latchkey.mcp.test.SigningKey;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a Java caller writes for the grants without a browser. */
class JavaGrantsTest {
    private static final SigningKey KEY = SigningKey.generate();

    private static ProtectedMcpServer start(AuthorizationServer authorizationServer) {
        ScriptedMcpServer server =
                SampleTools.addTo(ScriptedMcpServer.builder()).build();
        return ProtectedMcpServer.start(server, authorizationServer, SampleTools::protect);
    }

    @Test
    void aProgramWithAKey() {
        RegisteredClient client = new RegisteredClient(
                "me", List.of(), null, "private_key_jwt", List.of("client_credentials"), KEY.getPublicKey());
        AuthorizationServer authorizationServer = AuthorizationServer.builder()
                .authMethods("private_key_jwt")
                .client(client)
                .dpop("ES256")
                .build();
        try (ProtectedMcpServer server = start(authorizationServer)) {
            OAuthOptions options = OAuthOptions.builder(AuthorizationGrant.clientCredentials())
                    .client("me")
                    .clientIssuer(server.issuer())
                    .privateKeyJwt(JwtSigners.fromPem(KEY.toPem()))
                    .dpop(Dpop.REQUIRED)
                    .dpopKey(JwtSigners.ofKeyPair(SigningKey.generate().getKeyPair()))
                    .build();
            assertEquals(200, new SocketCaller(OAuthAuthorizers.create(options), server.url()).callBlocking());
            authorizationServer.assertNoViolations();
        }
    }

    @Test
    void aWorkload() {
        AuthorizationServer authorizationServer =
                AuthorizationServer.builder().assertionKey(KEY.getPublicKey()).build();
        try (ProtectedMcpServer server = start(authorizationServer)) {
            AssertionSource source =
                    AssertionSources.async(audience -> CompletableFuture.completedFuture(KEY.sign(Map.of(
                            "iss",
                            "platform",
                            "sub",
                            "pod",
                            "aud",
                            audience,
                            "exp",
                            Instant.now().getEpochSecond() + 60))));
            OAuthOptions options = OAuthOptions.builder(AuthorizationGrant.workloadIdentity(source))
                    .clientIssuer(server.issuer())
                    .build();
            assertEquals(200, new SocketCaller(OAuthAuthorizers.create(options), server.url()).callBlocking());
        }
    }

    @Test
    void aTerminalWithoutABrowser() {
        AuthorizationServer authorizationServer =
                AuthorizationServer.builder().deviceGrant().build();
        try (ProtectedMcpServer server = start(authorizationServer)) {
            CompletableFuture<String> shown = new CompletableFuture<>();
            DevicePrompt prompt = DevicePrompts.async(authorization -> {
                shown.complete(authorization.getVerificationUri());
                return CompletableFuture.completedFuture(null);
            });
            OAuthOptions options =
                    OAuthOptions.builder(AuthorizationGrant.device(prompt)).build();
            assertEquals(200, new SocketCaller(OAuthAuthorizers.create(options), server.url()).callBlocking());
            assertEquals(server.issuer() + "/device", shown.join());
        }
    }

    @Test
    void anEnterpriseConfiguration() {
        IdentityProvider provider = IdentityProvider.builder("https://login.example.com")
                .client("app", "secret")
                .idToken(AssertionSources.file(Path.of("id-token")))
                .build();
        OAuthOptions options = OAuthOptions.builder(AuthorizationGrant.enterpriseManaged(provider))
                .client("me", "secret")
                .assertionAudience(AssertionAudience.TOKEN_ENDPOINT)
                .build();
        assertEquals("id-jag", options.getGrant().toString());
        assertEquals("IdentityProvider(issuer=https://login.example.com, clientId=app)", provider.toString());
    }
}
