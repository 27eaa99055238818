package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.Implementation;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.ServerCapabilities;
import io.github.latchkey.mcp.ServerDescription;
import io.github.latchkey.mcp.inspector.doctor.SessionFacts;
import io.github.latchkey.mcp.inspector.doctor.SessionFacts.Handshake;
import io.github.latchkey.mcp.inspector.doctor.SessionFacts.Listing;
import io.github.latchkey.mcp.inspector.doctor.Trail;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the doctor looks at once there is a session: the stream of the server's own messages, and every list that it offers. */
final class DoctorRounds {
    /** Of one request, and not of the session: the other lists may be well. */
    private static final Set<ErrorCode> OF_REQUEST =
            Set.of(ErrorCode.JSONRPC, ErrorCode.FORBIDDEN, ErrorCode.INSUFFICIENT_SCOPE);

    private final McpSessionFutures session;
    private final Trail trail;
    private final SessionFacts facts;
    private final Invocation invocation;
    private @Nullable McpException failure;

    DoctorRounds(McpSessionFutures session, Trail trail, SessionFacts facts, Invocation invocation) {
        this.session = session;
        this.trail = trail;
        this.facts = facts;
        this.invocation = invocation;
    }

    /** Returns the first failure, null if there was none. */
    @Nullable
    McpException make(boolean isProcess) {
        ServerDescription server = session.getServer();
        boolean isStateless = server.getProtocolVersion().isStateless();
        facts.connected(new Handshake(
                server.getProtocolVersion().getValue(), isStateless, name(server.getServerInfo()), offers(server)));
        ServerCapabilities capabilities = server.getCapabilities();
        if (capabilities.getTools() != null) list("tools", session::listTools);
        if (capabilities.getResources() != null) list("resources", session::listResources);
        if (capabilities.getPrompts() != null) list("prompts", session::listPrompts);
        if (!isProcess && mayGoOn()) facts.listened(new DoctorEar(session, trail, invocation).listen(isStateless));
        return failure;
    }

    private boolean mayGoOn() {
        return failure == null || OF_REQUEST.contains(failure.getCode());
    }

    private <T> void list(String name, Supplier<CompletableFuture<List<T>>> request) {
        if (!mayGoOn()) return;
        long start = System.nanoTime();
        int count = 0;
        String problem = null;
        try {
            count = invocation.await(request.get()).size();
        } catch (McpException e) {
            problem = Text.oneLine(String.valueOf(e.getMessage()), 300);
            if (failure == null) failure = e;
        }
        facts.listed(new Listing(name, count, (System.nanoTime() - start) / 1_000_000, problem));
    }

    private static @Nullable String name(@Nullable Implementation server) {
        return server == null ? null : server.getName() + " " + server.getVersion();
    }

    private static List<String> offers(ServerDescription server) {
        ServerCapabilities capabilities = server.getCapabilities();
        List<String> offers = new ArrayList<>();
        if (capabilities.getTools() != null) offers.add("tools");
        if (capabilities.getResources() != null) offers.add("resources");
        if (capabilities.getPrompts() != null) offers.add("prompts");
        if (capabilities.getCompletions() != null) offers.add("completions");
        if (capabilities.getLogging() != null) offers.add("logging");
        if (capabilities.getTasks() != null) offers.add("tasks");
        return offers;
    }
}
