package com.example.agent;

import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.Tool;
import io.github.latchkey.mcp.auth.BrowserLauncher;
import io.github.latchkey.mcp.auth.LoopbackPrompt;
import io.github.latchkey.mcp.auth.OAuthAuthorizers;
import io.github.latchkey.mcp.auth.OAuthOptions;
import io.github.latchkey.mcp.http.HttpTransportOptions;
import io.github.latchkey.mcp.http.StreamableHttpTransport;
import io.github.latchkey.mcp.transport.Authorizer;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

/** Signs in to an MCP server, lists its tools and calls {@code add}. */
public final class Agent {
    private final BrowserLauncher browser;
    private final PrintStream out;

    public Agent(BrowserLauncher browser, PrintStream out) {
        this.browser = browser;
        this.out = out;
    }

    public static void main(String[] arguments) {
        boolean well = new Agent(BrowserLauncher.system(), System.out).run(arguments[0]);
        System.exit(well ? 0 : 1);
    }

    /** Whether all went well. */
    public boolean run(String url) {
        try (McpSessionFutures session = connect(url)) {
            out.println("tools: "
                    + session.listTools().join().stream().map(Tool::getName).collect(Collectors.joining(", ")));
            out.println("add: "
                    + session.callTool("add", Map.of("a", 2, "b", 40)).join().getText());
            return true;
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof McpException failure)) {
                throw e;
            }
            out.println(failure.getCode() + ": " + failure.getMessage());
            out.println("remedy: " + failure.getRemedy());
            return false;
        }
    }

    private McpSessionFutures connect(String url) {
        Authorizer authorizer = OAuthAuthorizers.create(
                OAuthOptions.builder(LoopbackPrompt.builder().browser(browser).build())
                        .clientName("Agent")
                        .build());
        HttpTransportOptions options =
                new HttpTransportOptions.Builder().authorizer(authorizer).build();
        return McpClientFutures.connect(new StreamableHttpTransport(url, options))
                .join();
    }
}
