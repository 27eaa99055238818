package io.github.latchkey.mcp.examples;

import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.auth.BrowserLauncher;
import io.github.latchkey.mcp.auth.LoopbackPrompt;
import io.github.latchkey.mcp.auth.OAuthAuthorizers;
import io.github.latchkey.mcp.auth.OAuthOptions;
import io.github.latchkey.mcp.http.HttpTransportOptions;
import io.github.latchkey.mcp.http.StreamableHttpTransport;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** Connects to a server, signing in with a browser if it asks for that, and calls its tool {@code echo}. */
public final class CallAToolInJava {
    private CallAToolInJava() {}

    static String callATool(String url, BrowserLauncher browser) {
        // README: begin
        var prompt = LoopbackPrompt.builder().browser(browser).build();
        var authorizer = OAuthAuthorizers.create(
                OAuthOptions.builder(prompt).clientName("My agent").build());
        var options = new HttpTransportOptions.Builder().authorizer(authorizer).build();
        var transport = new StreamableHttpTransport(url, options);

        try (McpSessionFutures session = McpClientFutures.connect(transport).join()) {
            session.listTools().join().forEach(tool -> System.out.println(tool.getName()));
            return session.callTool("echo", Map.of("text", "hello")).join().getText();
        }
        // README: end
    }

    public static void main(String[] arguments) {
        try {
            System.out.println(callATool(arguments[0], BrowserLauncher.system()));
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof McpException failure)) {
                throw e;
            }
            System.out.println(failure.getCode() + ": " + failure.getMessage());
            System.out.println(failure.getRemedy());
        }
    }
}
