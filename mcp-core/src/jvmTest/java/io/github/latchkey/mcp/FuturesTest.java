package io.github.latchkey.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.transport.InMemoryServer;
import io.github.latchkey.mcp.transport.InMemoryTransport;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a Java caller holds in hand. */
class FuturesTest {
    private final ClientOptions options =
            new ClientOptions.Builder().eraMemory(new EraMemory()).build();

    @Test
    void aSessionListsAndCallsTools() throws Exception {
        try (McpSessionFutures session = connect(new FakeServer())) {
            List<Tool> tools = session.listTools().get(5, TimeUnit.SECONDS);
            assertEquals(List.of("echo"), tools.stream().map(Tool::getName).collect(Collectors.toList()));
            Map<String, Object> arguments = new HashMap<>();
            arguments.put("text", "hi");
            arguments.put("list", List.of(1, 2.5, true, Collections.singletonMap("n", null)));
            CallToolResult result = session.callTool("echo", arguments).get(5, TimeUnit.SECONDS);
            assertEquals("{\"text\":\"hi\",\"list\":[1,2.5,true,{\"n\":null}]}", result.getText());
            assertEquals(
                    "{}", session.callTool("echo", RawJson.parse("{}")).join().getText());
            assertEquals(ProtocolVersion.V2026_07_28, session.getProtocolVersion());
            session.ping().join();
        }
    }

    @Test
    void anArgumentThatIsNoJsonIsNamed() throws Exception {
        try (McpSessionFutures session = connect(new FakeServer())) {
            IllegalArgumentException failure = assertThrows(
                    IllegalArgumentException.class, () -> session.callTool("echo", Map.of("a", List.of(new Object()))));
            assertEquals("$.a[0]: JSON has no form for java.lang.Object", failure.getMessage());
            assertThrows(IllegalArgumentException.class, () -> session.callTool("echo", Map.of("a", Double.NaN)));
            assertThrows(IllegalArgumentException.class, () -> session.callTool("echo", RawJson.parse("[]")));
        }
    }

    @Test
    void aFailureArrivesAsTheCause() throws Exception {
        try (McpSessionFutures session = connect(new FakeServer())) {
            CompletableFuture<CallToolResult> call = session.callTool("no-such-tool");
            CompletionException failure = assertThrows(CompletionException.class, call::join);
            assertEquals(
                    ErrorCode.JSONRPC,
                    assertInstanceOf(JsonRpcException.class, failure.getCause()).getCode());
        }
    }

    @Test
    void cancellingAFutureCancelsTheRequest() throws Exception {
        FakeServer server = new FakeServer();
        try (McpSessionFutures session = connect(server)) {
            CompletableFuture<CallToolResult> call = session.callTool("hang");
            assertTrue(server.hanging.await(5, TimeUnit.SECONDS));
            assertTrue(call.cancel(true));
            assertTrue(server.cancelled.await(5, TimeUnit.SECONDS));
            assertThrows(CancellationException.class, call::join);
            assertEquals("{}", session.callTool("echo", Map.of()).join().getText());
        }
    }

    @Test
    void aCallFailingLeavesItsSiblingsAlone() throws Exception {
        FakeServer server = new FakeServer();
        try (McpSessionFutures session = connect(server)) {
            CompletableFuture<CallToolResult> hanging = session.callTool("hang");
            assertTrue(server.hanging.await(5, TimeUnit.SECONDS));
            assertThrows(
                    CompletionException.class,
                    () -> session.callTool("no-such-tool").join());
            assertFalse(hanging.isDone());
        }
    }

    @Test
    void closeEndsEverythingAndMayBeCalledTwice() throws Exception {
        FakeServer server = new FakeServer();
        McpSessionFutures session = connect(server);
        CompletableFuture<CallToolResult> hanging = session.callTool("hang");
        assertTrue(server.hanging.await(5, TimeUnit.SECONDS));
        session.close();
        session.close();
        assertTrue(server.closed.await(5, TimeUnit.SECONDS));
        assertThrows(Exception.class, () -> hanging.get(5, TimeUnit.SECONDS));
        assertThrows(Exception.class, () -> session.listTools().get(5, TimeUnit.SECONDS));
    }

    @Test
    void aFailedConnectCompletesTheFutureWithItsReason() {
        ClientOptions sessionEra = new ClientOptions.Builder()
                .protocolVersions(Set.of(ProtocolVersion.V2025_11_25))
                .build();
        CompletableFuture<McpSessionFutures> connecting =
                McpClientFutures.connect(new InMemoryTransport(new FakeServer()), sessionEra);
        CompletionException failure = assertThrows(CompletionException.class, connecting::join);
        assertInstanceOf(JsonRpcException.class, failure.getCause());
    }

    @Test
    void theCallersExecutorRunsTheSession() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "mine"));
        try {
            FakeServer server = new FakeServer();
            McpClientFutures.connect(new InMemoryTransport(server), options, executor)
                    .join()
                    .close();
            assertTrue(server.thread.startsWith("mine"), server.thread);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void everySuspendingOperationHasAFuture() {
        assertEquals(
                OperationNames.suspending(McpSession.class), OperationNames.returningFutures(McpSessionFutures.class));
    }

    private McpSessionFutures connect(InMemoryServer server) throws Exception {
        return McpClientFutures.connect(new InMemoryTransport(server), options).get(5, TimeUnit.SECONDS);
    }
}
