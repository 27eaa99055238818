package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.auth.TokenStoreException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** A command about a stored sign-in, which talks to no server. */
abstract class StoreOperation extends Operation {
    @Parameters(index = "0", paramLabel = "SERVER", description = "The http or https URL of the MCP endpoint.")
    @SuppressWarnings("NullAway.Init") // required, so picocli sets it
    ServerArgument server;

    @Mixin
    final StoreOptions store = new StoreOptions();

    abstract Outcome use(StoredSignIns signIns, ServerAddress server, Invocation invocation);

    @Override
    final Outcome run(Invocation invocation) {
        ServerAddress address = Target.of(server, invocation).requireAddress();
        address.parameters().forEach(invocation.console().redaction()::hideIfSensitive);
        if (store.isNone())
            throw new UsageException("with --store none there is nothing to look at", "name a file, or leave it out");
        try (StoredSignIns signIns = new StoredSignIns(invocation.console(), store)) {
            return use(signIns, address, invocation);
        }
    }

    @Override
    @Nullable
    String remedy(McpException failure) {
        return failure instanceof TokenStoreException broken ? storeRemedy(broken) : null;
    }

    /** What to do about a store at the command line; null for what the failure says itself. */
    static @Nullable String storeRemedy(TokenStoreException failure) {
        return switch (failure.getProblem()) {
            case KEY_MISSING, WRONG_KEY ->
                "put its key into " + StoreOptions.KEY_VARIABLE + ", or name another file with --store";
            case NOT_ENCRYPTED -> "unset " + StoreOptions.KEY_VARIABLE + ", or name another file with --store";
            case FOREIGN, TOO_NEW, TOO_LARGE -> "name another file with --store, or go without with --store none";
            case CORRUPTED -> "remove it and sign in again, or go without with --store none";
            case IO -> "make room or give access, or name another file with --store, or go without with --store none";
            case INSECURE, LOCKED -> null;
        };
    }
}
