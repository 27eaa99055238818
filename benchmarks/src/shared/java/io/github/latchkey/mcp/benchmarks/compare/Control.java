package io.github.latchkey.mcp.benchmarks.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Asks the server what it has done so far, over a connection that it does not count. */
final class Control implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader answers;

    Control(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    Counts counts() throws IOException {
        socket.getOutputStream().write('?');
        String[] numbers = answers.readLine().split(" ");
        return new Counts(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2]));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Connections and requests, and CPU time in nanoseconds, of the server. */
    record Counts(long connections, long requests, long cpuNanos) {
        Counts minus(Counts before) {
            return new Counts(connections - before.connections, requests - before.requests, cpuNanos - before.cpuNanos);
        }
    }
}
