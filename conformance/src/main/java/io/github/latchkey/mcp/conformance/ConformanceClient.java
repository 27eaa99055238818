package io.github.latchkey.mcp.conformance;

import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.McpSessionFutures;
import java.util.concurrent.CompletionException;

/**
 * The client that the conformance suite starts once for each scenario. The last argument is the URL of the server; the environment names
 * the scenario, the revision and the scenario's data. Ends with 0 if everything the scenario asks for was done.
 */
public final class ConformanceClient {
    private ConformanceClient() {}

    public static void main(String[] args) {
        if (args.length == 0) {
            System.err.println("usage: conformance-client URL");
            System.exit(2);
        }
        System.exit(run(args[args.length - 1]));
    }

    private static int run(String url) {
        try {
            Assignment assignment = Assignment.fromEnvironment();
            Connector connector = new Connector(assignment, url);
            try (McpSessionFutures session = McpClientFutures.connect(connector.transport(), connector.options())
                    .join()) {
                Scenarios.drive(assignment, session);
            }
            return 0;
        } catch (CompletionException e) {
            return failed(e.getCause() == null ? e : e.getCause());
        } catch (McpException | NotSupportedException e) {
            return failed(e);
        }
    }

    private static int failed(Throwable failure) {
        System.err.println("conformance-client: " + failure.getMessage());
        if (failure instanceof McpException e) {
            System.err.println("  " + e.getCode() + " in " + e.getPhase() + "; " + e.getRemedy());
        } else if (!(failure instanceof NotSupportedException)) {
            failure.printStackTrace();
        }
        return 1;
    }
}
