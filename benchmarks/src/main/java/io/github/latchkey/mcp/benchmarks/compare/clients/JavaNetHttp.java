package io.github.latchkey.mcp.benchmarks.compare.clients;

import io.github.latchkey.mcp.benchmarks.compare.AsyncClient;
import io.github.latchkey.mcp.benchmarks.compare.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;

/** {@code java.net.http}, bare: it sends bytes and reads bytes. What all others are measured by. */
public final class JavaNetHttp implements AsyncClient {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private HttpRequest.Builder post;

    @Override
    public void open(String url) throws IOException, InterruptedException {
        post = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", Bytes.CONTENT_TYPE)
                .header("Accept", Bytes.ACCEPT);
        length(HTTP.send(request(Bytes.INITIALIZE), BodyHandlers.ofByteArray()));
        post.header(Bytes.VERSION_HEADER, Bytes.VERSION);
        length(HTTP.send(request(Bytes.INITIALIZED), BodyHandlers.ofByteArray()));
    }

    @Override
    public long call(Kind kind) throws IOException, InterruptedException {
        return length(HTTP.send(request(Bytes.of(kind)), BodyHandlers.ofByteArray()));
    }

    @Override
    public CompletableFuture<Long> start(Kind kind) {
        return HTTP.sendAsync(request(Bytes.of(kind)), BodyHandlers.ofByteArray())
                .thenApply(JavaNetHttp::length);
    }

    private HttpRequest request(byte[] body) {
        return post.copy().POST(BodyPublishers.ofByteArray(body)).build();
    }

    private static long length(HttpResponse<byte[]> response) {
        if (response.statusCode() >= 300) {
            throw new IllegalStateException("HTTP " + response.statusCode());
        }
        return response.body().length;
    }

    @Override
    public void close() {}
}
