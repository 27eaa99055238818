package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.ProtocolVersion;
import io.github.latchkey.mcp.inspector.Converters.Header;
import io.github.latchkey.mcp.inspector.Converters.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which server, and how to talk to it. */
final class ServerOptions {
    @Parameters(
            index = "0",
            paramLabel = "SERVER",
            description = {
                "The http or https URL of the MCP endpoint, a name from an mcp.json (see 'latchkey servers'),",
                "or stdio: with the command of the server behind --."
            })
    @SuppressWarnings("NullAway.Init") // required, so picocli sets it
    ServerArgument server;

    @Option(
            names = "--header",
            paramLabel = "N=V",
            description = "Send header N with value V on every request. May be given several times.")
    List<Header> headers = new ArrayList<>();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = {
                "How long connecting, and each request after it, may take: 500ms, 6s, 2m.",
                "By default 30s for connecting, and 60s of silence for a request. Time for signing in does not count."
            })
    @Nullable
    Duration timeout;

    @Option(
            names = "--protocol",
            paramLabel = "REV",
            description =
                    "The revision to speak, such as 2025-11-25; by default auto: the newest that the server speaks.")
    @Nullable
    Protocol protocol;

    Set<ProtocolVersion> versions() {
        return protocol == null ? Set.of(ProtocolVersion.values()) : protocol.versions();
    }
}
