package io.github.latchkey.mcp.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.Phase;
import io.github.latchkey.mcp.test.ProtectedMcpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What a Java caller writes. */
class JavaCallerTest {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Follows no redirect: the address it would go to is the answer. */
    private static CompletionStage<String> locationOf(AuthorizationUrl url) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url.getValue())).build();
        return CLIENT.sendAsync(request, BodyHandlers.discarding())
                .thenApply(response -> response.headers().firstValue("Location").orElseThrow());
    }

    @Test
    void aPromptThatReadsTheLocationHeader() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            AuthorizationPrompt prompt =
                    AuthorizationPrompts.fixedRedirect("http://127.0.0.1:53682/callback", JavaCallerTest::locationOf);
            OAuthOptions options = OAuthOptions.builder(prompt)
                    .clientName("Java test")
                    .scopes(List.of("tools:read"))
                    .tokenStore(new MemoryTokenStore())
                    .build();
            assertEquals(200, new SocketCaller(OAuthAuthorizers.create(options), server.url()).callBlocking());
            server.getAuthorizationServer().assertNoViolations();
        }
    }

    @Test
    void aBrowserOnThisMachine() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            AuthorizationPrompt prompt = LoopbackPrompt.builder()
                    .browser(FakeBrowser.INSTANCE)
                    .path("/signed-in")
                    .build();
            OAuthOptions options = OAuthOptions.builder(prompt)
                    .promptTimeoutMillis(Duration.ofSeconds(20).toMillis())
                    .build();
            assertEquals(200, new SocketCaller(OAuthAuthorizers.create(options), server.url()).callBlocking());
        }
    }

    @Test
    void aFailureTellsWhatHappened() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            OAuthOptions options =
                    OAuthOptions.builder(AuthorizationPrompts.nonInteractive()).build();
            SocketCaller caller = new SocketCaller(OAuthAuthorizers.create(options), server.url());
            AuthorizationFailedException e = assertThrows(AuthorizationFailedException.class, caller::callBlocking);
            assertEquals(ErrorCode.AUTHORIZATION_FAILED, e.getCode());
            assertEquals(Phase.AUTHORIZE, e.getPhase());
            assertEquals("authorization", e.getStep().getId());
            assertEquals(server.issuer() + "/authorize", e.getUrl());
            assertNotNull(e.getAuthorizationUrl());
        }
    }

    @Test
    void aPromptThatFailsFailsTheSignIn() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            AuthorizationPrompt prompt = AuthorizationPrompts.fixedRedirect(
                    "http://127.0.0.1:53682/callback",
                    url -> CompletableFuture.failedFuture(new IllegalStateException("no display")));
            OAuthOptions options = OAuthOptions.builder(prompt).build();
            SocketCaller caller = new SocketCaller(OAuthAuthorizers.create(options), server.url());
            Throwable cause = assertThrows(AuthorizationFailedException.class, caller::callBlocking)
                    .getCause();
            assertNotNull(cause);
            assertEquals("no display", cause.getMessage());
        }
    }

    @Test
    void aPersonAtARemoteShell() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            AuthorizationPrompt prompt = AuthorizationPrompts.pasteBack(question -> locationOf(question.getUrl()));
            OAuthOptions options = OAuthOptions.builder(prompt).build();
            assertEquals(200, new SocketCaller(OAuthAuthorizers.create(options), server.url()).callBlocking());
            server.getAuthorizationServer().assertNoViolations();
        }
    }

    @Test
    void anApplicationThatDecides() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            List<String> asked = new ArrayList<>();
            OAuthOptions options = OAuthOptions.builder(LoopbackPrompt.builder()
                            .browser(FakeBrowser.INSTANCE)
                            .build())
                    .issuer(server.issuer())
                    .serverChoice(issuers -> issuers.get(0))
                    .urlPolicy(url -> url.getHost().equals("127.0.0.1") ? null : url.getObjection())
                    .onStepUp(StepUpApprovals.async(stepUp -> {
                        asked.addAll(stepUp.getScopes());
                        return CompletableFuture.completedFuture(false);
                    }))
                    .build();
            SocketCaller caller = new SocketCaller(OAuthAuthorizers.create(options), server.url());
            assertEquals(200, caller.callBlocking());
            assertEquals(403, caller.callBlocking("erase", "{}"));
            assertEquals(List.of("tools:write"), asked);
        }
    }
}
