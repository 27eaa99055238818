package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.CallToolResult;
import io.github.latchkey.mcp.ClientOptions;
import io.github.latchkey.mcp.EraMemory;
import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.Tool;
import io.github.latchkey.mcp.auth.LoopbackPrompt;
import io.github.latchkey.mcp.auth.OAuthAuthorizers;
import io.github.latchkey.mcp.auth.OAuthOptions;
import io.github.latchkey.mcp.http.HttpTransportOptions;
import io.github.latchkey.mcp.http.StreamableHttpTransport;
import io.github.latchkey.mcp.test.ClosedPort;
import io.github.latchkey.mcp.test.RawServer;
import io.github.latchkey.mcp.transport.Authorizer;
import io.github.latchkey.mcp.transport.BearerToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/**
 * {@code latchkey demo}: a sign-in and four failures, against servers in this process. What it tells comes from the events, the
 * results and the exceptions of the library; if one of them is not as the story goes, the demo fails.
 */
@Command(
        name = "demo",
        description = "Shows a sign-in and the failures, against servers of its own and without a network.",
        footer = {"", "Examples:", "  latchkey demo", "  latchkey demo --json"})
final class DemoOperation extends Operation {
    private static final long PATIENCE_MILLIS = 10_000;
    private static final long SHORT_PATIENCE_MILLIS = 500;

    private final List<DemoScene> scenes = new ArrayList<>();

    @Override
    Outcome run(Invocation invocation) {
        DemoLeftovers leftovers;
        try (DemoServers servers = DemoServers.start()) {
            invocation.onInterrupt(servers::close);
            leftovers = new DemoLeftovers(servers.port());
            signIn(invocation, servers);
            noCredentials(invocation, servers);
            missingScope(invocation, servers);
            servers.assertNoViolations();
        }
        deadServer(invocation);
        silentServer(invocation);
        nothingLeft(invocation, leftovers);
        return Outcome.ok(
                Map.of("scenes", scenes.stream().map(DemoScene::toJson).toList()), List.of());
    }

    private void signIn(Invocation invocation, DemoServers servers) {
        DemoScene scene = scene(
                invocation,
                "Connect to " + servers.url() + ", an MCP server in this process that wants OAuth",
                servers.origin());
        OAuthOptions oauth = OAuthOptions.builder(
                        LoopbackPrompt.builder().browser(new DemoBrowser(scene)).build())
                .clientName("latchkey demo")
                .build();
        try (McpSessionFutures session =
                connect(invocation, scene, servers.url(), OAuthAuthorizers.create(oauth), PATIENCE_MILLIS)) {
            scene.tell("the authorization server was asked for " + servers.authorizationSeen());
            scene.tell("connected to " + session.getServer().getServerInfo() + ", revision "
                    + session.getProtocolVersion());
            List<Tool> tools = invocation.await(session.listTools());
            scene.tell("tools: " + tools.stream().map(Tool::getName).collect(Collectors.joining(", ")));
            CallToolResult sum = invocation.await(session.callTool("add", Map.of("a", 2, "b", 40)));
            scene.tell("add(a=2, b=40) returned " + sum.getText());
            expect(sum.getText().contains("42"), "add to return 42");
            CallToolResult erased = invocation.await(session.callTool("erase"));
            scene.tell("erase() wanted one scope more, got it, and returned: " + erased.getText());
        }
        scene.ends();
    }

    private void noCredentials(Invocation invocation, DemoServers servers) {
        DemoScene scene =
                scene(invocation, "The same without credentials, and nobody there to sign in", servers.origin());
        fails(scene, ErrorCode.UNAUTHORIZED, () -> connect(invocation, scene, servers.url(), null, PATIENCE_MILLIS));
    }

    private void missingScope(Invocation invocation, DemoServers servers) {
        DemoScene scene = scene(invocation, "The same with a fixed token that may only read", servers.origin());
        try (McpSessionFutures session =
                connect(invocation, scene, servers.url(), new BearerToken(servers.readingToken()), PATIENCE_MILLIS)) {
            fails(scene, ErrorCode.INSUFFICIENT_SCOPE, () -> invocation.await(session.callTool("erase")));
        }
    }

    private void deadServer(Invocation invocation) {
        String origin = "http://127.0.0.1:" + ClosedPort.find();
        DemoScene scene = scene(invocation, "Connect to " + origin + "/mcp, where nothing listens", origin);
        fails(scene, ErrorCode.UNREACHABLE, () -> connect(invocation, scene, origin + "/mcp", null, PATIENCE_MILLIS));
    }

    private void silentServer(Invocation invocation) {
        try (RawServer silent = RawServer.silent()) {
            DemoScene scene = scene(
                    invocation,
                    "Connect to a server that accepts and never answers, with a timeout of " + SHORT_PATIENCE_MILLIS
                            + " ms",
                    silent.url());
            fails(
                    scene,
                    ErrorCode.TIMEOUT,
                    () -> connect(invocation, scene, silent.url() + "/mcp", null, SHORT_PATIENCE_MILLIS));
        }
    }

    private void nothingLeft(Invocation invocation, DemoLeftovers leftovers) {
        DemoScene scene = scene(invocation, "What is left running", "");
        List<String> left = leftovers.await();
        expect(left.isEmpty(), "nothing to be left, but there is " + left);
        scene.tell(
                "no session, thread or socket of the above; the HTTP engine of the process keeps its threads and an idle connection for seconds");
        scene.ends();
    }

    /** Runs {@code attempt}, which has to fail with {@code expected}, and tells how. */
    private static void fails(DemoScene scene, ErrorCode expected, Runnable attempt) {
        try {
            attempt.run();
        } catch (McpException e) {
            expect(e.getCode() == expected, expected + ", not " + e.getCode() + ": " + e.getMessage());
            scene.fails(Failure.of(e));
            return;
        }
        expect(false, expected + ", but it succeeded");
    }

    private static McpSessionFutures connect(
            Invocation invocation, DemoScene scene, String url, @Nullable Authorizer authorizer, long timeoutMillis) {
        HttpTransportOptions http =
                new HttpTransportOptions.Builder().authorizer(authorizer).build();
        ClientOptions options = new ClientOptions.Builder()
                .events(invocation.eventsAfter(scene))
                .eraMemory(new EraMemory())
                .connectTimeoutMillis(timeoutMillis)
                .build();
        return invocation.await(McpClientFutures.connect(new StreamableHttpTransport(url, http), options));
    }

    private DemoScene scene(Invocation invocation, String title, String origin) {
        DemoScene scene = new DemoScene(scenes.size() + 1 + ". " + title, origin, invocation);
        scenes.add(scene);
        return scene;
    }

    private static void expect(boolean isSo, String what) {
        if (!isSo) throw new IllegalStateException("the demo expected " + what);
    }
}
