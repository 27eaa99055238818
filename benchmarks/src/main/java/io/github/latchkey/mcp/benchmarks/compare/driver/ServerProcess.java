package io.github.latchkey.mcp.benchmarks.compare.driver;

import io.github.latchkey.mcp.benchmarks.compare.server.NeutralServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** The server, always on the JDK that runs the driver. */
public final class ServerProcess implements AutoCloseable {
    private final Process process;
    private final String port;
    private final String controlPort;

    public ServerProcess() throws IOException {
        String java = ProcessHandle.current().info().command().orElse("java");
        process = new ProcessBuilder(
                        java,
                        "-Xms512m",
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        ClassPaths.of("benchmarks"),
                        NeutralServer.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        String ports = out.readLine();
        if (ports == null) {
            throw new IOException("the server did not start");
        }
        port = ports.split(" ")[0];
        controlPort = ports.split(" ")[1];
    }

    public String port() {
        return port;
    }

    public String controlPort() {
        return controlPort;
    }

    /** It ends with its standard input. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
    }
}
