package io.github.latchkey.mcp.examples;

import io.github.latchkey.mcp.AsyncHandlers;
import io.github.latchkey.mcp.CallToolResult;
import io.github.latchkey.mcp.ClientOptions;
import io.github.latchkey.mcp.ElicitationResult;
import io.github.latchkey.mcp.FormElicitation;
import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.RequestOptions;
import io.github.latchkey.mcp.ServerNotification;
import io.github.latchkey.mcp.Slf4jEvents;
import io.github.latchkey.mcp.SubscriptionFilter;
import io.github.latchkey.mcp.Tool;
import io.github.latchkey.mcp.UnauthorizedException;
import io.github.latchkey.mcp.UnreachableException;
import io.github.latchkey.mcp.auth.AuthorizationGrant;
import io.github.latchkey.mcp.auth.FileTokenStore;
import io.github.latchkey.mcp.auth.LoopbackPrompt;
import io.github.latchkey.mcp.auth.OAuthAuthorizers;
import io.github.latchkey.mcp.auth.OAuthOptions;
import io.github.latchkey.mcp.clients.GroupTool;
import io.github.latchkey.mcp.clients.GroupTools;
import io.github.latchkey.mcp.clients.McpClients;
import io.github.latchkey.mcp.clients.McpClientsFutures;
import io.github.latchkey.mcp.clients.ServerConfig;
import io.github.latchkey.mcp.http.ConfiguredTransports;
import io.github.latchkey.mcp.http.HttpEngines;
import io.github.latchkey.mcp.http.HttpTransportOptions;
import io.github.latchkey.mcp.http.StreamableHttpTransport;
import io.github.latchkey.mcp.stdio.StdioTransport;
import io.github.latchkey.mcp.test.LeakCheck;
import io.github.latchkey.mcp.test.LoopbackServer;
import io.github.latchkey.mcp.test.SampleTools;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import io.github.latchkey.mcp.transport.BearerToken;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.stream.Collectors;

/** The snippets of the guides, each in a method of its own, so that they are compiled and run. */
public final class GuidesInJava {
    private GuidesInJava() {}

    public static List<String> connect(String url) {
        // docs: connect
        var transport = new StreamableHttpTransport(url);

        try (McpSessionFutures session = McpClientFutures.connect(transport).join()) {
            System.out.println(session.getServer().getServerInfo() + " speaks " + session.getProtocolVersion());
            return session.listTools().join().stream().map(Tool::getName).collect(Collectors.toList());
        }
        // docs: end
    }

    public static List<String> stdio(List<String> command) {
        // docs: stdio
        try (McpSessionFutures session =
                McpClientFutures.connect(new StdioTransport(command)).join()) {
            return session.listTools().join().stream().map(Tool::getName).collect(Collectors.toList());
        }
        // docs: end
    }

    public static ClientOptions options() {
        // docs: options
        return new ClientOptions.Builder()
                .connectTimeoutMillis(10_000)
                .requestTimeoutMillis(30_000)
                .events(new Slf4jEvents())
                .build();
        // docs: end
    }

    public static StreamableHttpTransport signIn(String url, Path store) {
        // docs: sign-in
        var prompt = LoopbackPrompt.builder().build();
        var options = OAuthOptions.builder(prompt)
                .clientName("My agent")
                .tokenStore(new FileTokenStore(store))
                .build();

        return new StreamableHttpTransport(
                url,
                new HttpTransportOptions.Builder()
                        .authorizer(OAuthAuthorizers.create(options))
                        .build());
        // docs: end
    }

    public static StreamableHttpTransport machine(String url, String secret) {
        // docs: machine
        var options = OAuthOptions.builder(AuthorizationGrant.clientCredentials())
                .client("my-service", secret)
                .clientIssuer("https://auth.example.com")
                .build();

        return new StreamableHttpTransport(
                url,
                new HttpTransportOptions.Builder()
                        .authorizer(OAuthAuthorizers.create(options))
                        .build());
        // docs: end
    }

    public static StreamableHttpTransport bearer(String url, String token) {
        // docs: bearer
        return new StreamableHttpTransport(
                url,
                new HttpTransportOptions.Builder()
                        .authorizer(new BearerToken(token))
                        .build());
        // docs: end
    }

    public static String call(McpSessionFutures session) {
        // docs: call
        CallToolResult result =
                session.callTool("echo", Map.of("text", "hello")).join();
        return result.isError() ? "the tool failed: " + result.getText() : result.getText();
        // docs: end
    }

    public static String structured(McpSessionFutures session) {
        // docs: structured
        CallToolResult result = session.callTool("add", Map.of("a", 2, "b", 3)).join();
        RawJson content = result.getStructuredContent();
        // JSON text, for the library of your choice.
        return content == null ? "nothing structured" : content.getText();
        // docs: end
    }

    public static CallToolResult progress(McpSessionFutures session) {
        // docs: progress
        var options = new RequestOptions.Builder()
                .onProgress(progress -> System.out.println(progress.getProgress() + " of " + progress.getTotal()))
                .absoluteTimeoutMillis(60_000)
                .build();
        return session.callTool("count", Map.of("to", 3), options).join();
        // docs: end
    }

    public static ClientOptions elicitation() {
        // docs: elicitation
        return new ClientOptions.Builder()
                .elicitation(AsyncHandlers.elicitation(request -> CompletableFuture.completedFuture(
                        request instanceof FormElicitation
                                ? ElicitationResult.accept(RawJson.parse("{\"name\":\"Ada\"}"))
                                : ElicitationResult.decline())))
                .build();
        // docs: end
    }

    public static void changes(McpSessionFutures session, Flow.Subscriber<ServerNotification> subscriber) {
        // docs: changes
        var filter = new SubscriptionFilter.Builder().toolsChanged().build();
        session.subscribe(filter).subscribe(subscriber);
        // docs: end
    }

    public static String failures(String url) {
        // docs: failures
        try (McpSessionFutures session =
                McpClientFutures.connect(new StreamableHttpTransport(url)).join()) {
            return session.callTool("echo").join().getText();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UnauthorizedException unauthorized) {
                return "sign in first: " + unauthorized.getChallenges();
            }
            if (e.getCause() instanceof UnreachableException unreachable) {
                return "not there: " + unreachable.getMessage();
            }
            if (e.getCause() instanceof McpException failure) {
                return failure.getCode() + ": " + failure.getMessage() + ". " + failure.getRemedy();
            }
            throw e;
        }
        // docs: end
    }

    public static List<String> many(String file) {
        // docs: many
        var servers = new McpClients.Builder();
        for (ServerConfig config : ServerConfig.parse(file, System::getenv)) {
            servers.server(config.getName(), ConfiguredTransports.of(config));
        }

        try (McpClientsFutures group = McpClientsFutures.open(servers)) {
            GroupTools listed = group.listTools().join();
            listed.getFailures().forEach((server, failure) -> System.out.println(server + ": " + failure.getMessage()));
            return listed.getTools().stream().map(GroupTool::getName).collect(Collectors.toList());
        }
        // docs: end
    }

    public static List<String> test() {
        // docs: test
        ScriptedMcpServer server =
                SampleTools.addTo(ScriptedMcpServer.builder()).build();
        LeakCheck before = LeakCheck.snapshot();
        List<String> tools;
        try (LoopbackServer loopback = LoopbackServer.start(server);
                McpSessionFutures session = McpClientFutures.connect(
                                new StreamableHttpTransport(loopback.url() + "/mcp"))
                        .join()) {
            tools = session.listTools().join().stream().map(Tool::getName).collect(Collectors.toList());
        }
        server.assertNoViolations();
        HttpEngines.closeAll();
        before.assertNothingLeft();
        // docs: end
        return tools;
    }
}
