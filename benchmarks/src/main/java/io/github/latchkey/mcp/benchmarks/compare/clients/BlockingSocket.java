package io.github.latchkey.mcp.benchmarks.compare.clients;

import io.github.latchkey.mcp.benchmarks.compare.Client;
import io.github.latchkey.mcp.benchmarks.compare.Kind;
import java.io.IOException;
import java.net.URI;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A socket and no HTTP library, on the caller's thread: the least that a call can cost. */
public final class BlockingSocket implements Client {
    private static final Queue<HttpSocket> FREE = new ConcurrentLinkedQueue<>();

    private URI url;

    @Override
    public void open(String endpoint) throws IOException {
        url = URI.create(endpoint);
        exchange(Bytes.INITIALIZE);
        exchange(Bytes.INITIALIZED);
    }

    @Override
    public long call(Kind kind) throws IOException {
        return exchange(Bytes.of(kind));
    }

    private long exchange(byte[] body) throws IOException {
        HttpSocket free = FREE.poll();
        HttpSocket socket = free == null ? new HttpSocket(url) : free;
        long length = socket.post(url.getPath(), body);
        FREE.add(socket);
        return length;
    }

    @Override
    public void close() {}
}
