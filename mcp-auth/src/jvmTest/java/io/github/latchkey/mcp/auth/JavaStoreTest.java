package io.github.latchkey.mcp.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.test.AuthorizationServer.Endpoint;
import io.github.latchkey.mcp.test.ProtectedMcpServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a Java caller writes to keep sign-ins, and to show and end them. */
class JavaStoreTest {
    /** The least that a store can be: changes of one grant come one after the other. */
    private static final class MapStore implements AsyncTokenStore {
        private final Map<String, GrantKey> keys = new ConcurrentHashMap<>();
        private final Map<GrantKey, Grant> grants = new ConcurrentHashMap<>();
        private final Map<String, ClientRegistration> registrations = new ConcurrentHashMap<>();
        private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

        @Override
        public CompletionStage<@Nullable GrantKey> findGrantKey(String endpoint, @Nullable String user) {
            return done(keys.get(user + "@" + endpoint));
        }

        @Override
        public CompletionStage<@Nullable Void> saveGrantKey(String endpoint, GrantKey key) {
            keys.put(key.getUser() + "@" + endpoint, key);
            return done(null);
        }

        @Override
        public CompletionStage<@Nullable Void> removeGrantKey(String endpoint, @Nullable String user) {
            keys.remove(user + "@" + endpoint);
            return done(null);
        }

        @Override
        public CompletionStage<@Nullable Grant> findGrant(GrantKey key) {
            return done(grants.get(key));
        }

        @Override
        public synchronized CompletionStage<@Nullable Grant> updateGrant(
                GrantKey key, Function<@Nullable Grant, CompletionStage<@Nullable Grant>> change) {
            CompletableFuture<@Nullable Grant> changed = last.handle((ignored, failure) -> grants.get(key))
                    .thenCompose(change)
                    .thenApply(grant -> {
                        if (grant == null) grants.remove(key);
                        else grants.put(key, grant);
                        return grant;
                    });
            last = changed;
            return changed;
        }

        @Override
        public CompletionStage<@Nullable ClientRegistration> findRegistration(String issuer) {
            return done(registrations.get(issuer));
        }

        @Override
        public CompletionStage<@Nullable Void> saveRegistration(ClientRegistration registration) {
            registrations.put(registration.getIssuer(), registration);
            return done(null);
        }

        @Override
        public CompletionStage<@Nullable Void> removeRegistration(ClientRegistration registration) {
            registrations.remove(registration.getIssuer());
            return done(null);
        }

        private static <T> CompletionStage<@Nullable T> done(@Nullable T value) {
            return CompletableFuture.completedFuture(value);
        }
    }

    private static SocketCaller caller(ProtectedMcpServer server, TokenStore store) {
        AuthorizationPrompt prompt =
                LoopbackPrompt.builder().browser(FakeBrowser.INSTANCE).build();
        OAuthOptions options = OAuthOptions.builder(prompt).tokenStore(store).build();
        return new SocketCaller(OAuthAuthorizers.create(options), server.url());
    }

    @Test
    void aStoreOfOnesOwn() {
        TokenStore store = new MapStore().toTokenStore();
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            assertEquals(200, caller(server, store).callBlocking());
            server.getAuthorizationServer().expireAccessTokens();
            assertEquals(200, caller(server, store).callBlocking());
            assertEquals(
                    1,
                    server.getAuthorizationServer()
                            .requests(Endpoint.AUTHORIZATION)
                            .size());
            server.getAuthorizationServer().assertNoViolations();
        }
    }

    @Test
    void aFileThatOutlivesTheProgram(@TempDir Path folder) {
        TokenStoreKey key = TokenStoreKey.of(new byte[32]);
        Path file = folder.resolve("mine").resolve("tokens.json");
        try (ProtectedMcpServer server = ProtectedMcpServer.start();
                SignInsFutures signIns = new SignInsFutures(new FileTokenStore(file, key))) {
            assertNull(signIns.find(server.url()).join());
            assertEquals(200, caller(server, new FileTokenStore(file, key)).callBlocking());
            assertEquals(200, caller(server, new FileTokenStore(file, key)).callBlocking());
            assertEquals(
                    1,
                    server.getAuthorizationServer()
                            .requests(Endpoint.AUTHORIZATION)
                            .size());

            StoredSignIn signIn = signIns.find(server.url()).join();
            assertNotNull(signIn);
            assertEquals(server.issuer(), signIn.getKey().getIssuer());
            assertEquals(List.of("tools:read"), signIn.getScopes());
            assertTrue(signIn.isRefreshable());

            assertNotNull(signIns.remove(server.url()).join());
            assertNull(signIns.find(server.url()).join());
            assertEquals(200, caller(server, new FileTokenStore(file, key)).callBlocking());
            assertEquals(
                    2,
                    server.getAuthorizationServer()
                            .requests(Endpoint.AUTHORIZATION)
                            .size());
        }
    }
}
