package io.github.latchkey.mcp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.UnauthorizedException;
import io.github.latchkey.mcp.test.RawServer;
import io.ktor.client.engine.HttpClientEngine;
import io.ktor.client.engine.cio.CIO;
import io.ktor.client.engine.okhttp.OkHttp;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import kotlin.Unit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a Java caller sees of a server that is silent, and of one that refuses. */
class JavaCallerTest {
    static Stream<HttpClientEngine> engines() {
        return Stream.of(OkHttp.INSTANCE.create(config -> Unit.INSTANCE), CIO.INSTANCE.create(config -> Unit.INSTANCE));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void cancellingTheFutureClosesTheConnection(HttpClientEngine engine) throws IOException {
        try (engine;
                RawServer server = RawServer.silent()) {
            CompletableFuture<McpSessionFutures> connecting = connect(server, engine);
            server.waitForRequests(1);
            assertFalse(connecting.isDone());
            assertTrue(connecting.cancel(true));
            assertTrue(server.waitForClientClosed(1_000), "the server still has an open connection after a second");
            assertThrows(CancellationException.class, connecting::join);
            assertEquals(1, server.getRequests().size());
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aRefusalArrivesAsItIsAfterOneRequest(HttpClientEngine engine) throws IOException {
        try (engine;
                RawServer server = RawServer.answering(401, Map.of("WWW-Authenticate", "Bearer scope=\"a b\""), "")) {
            CompletableFuture<McpSessionFutures> connecting = connect(server, engine);
            CompletionException failure = assertThrows(CompletionException.class, connecting::join);
            UnauthorizedException cause = assertInstanceOf(UnauthorizedException.class, failure.getCause());
            assertEquals(ErrorCode.UNAUTHORIZED, cause.getCode());
            assertEquals(401, cause.getStatus());
            assertEquals("a b", cause.getChallenges().get(0).getParameters().get("scope"));
            assertEquals(1, server.getRequests().size());
        }
    }

    private static CompletableFuture<McpSessionFutures> connect(RawServer server, HttpClientEngine engine) {
        HttpTransportOptions options =
                new HttpTransportOptions.Builder().engine(engine).build();
        return McpClientFutures.connect(new StreamableHttpTransport(server.url(), options));
    }
}
