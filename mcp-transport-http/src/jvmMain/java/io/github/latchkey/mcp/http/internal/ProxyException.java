package io.github.latchkey.mcp.http.internal;

import java.io.IOException;

/** A proxy answered, and did not do what it was asked to. */
final class ProxyException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient EngineFault fault;

    ProxyException(EngineFault fault) {
        super(fault.getReason());
        this.fault = fault;
    }

    EngineFault fault() {
        return fault;
    }
}
