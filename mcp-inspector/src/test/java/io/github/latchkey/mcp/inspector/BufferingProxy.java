package io.github.latchkey.mcp.inspector;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A gateway that passes an answer on when it has all of it: of an event stream that stays open, nothing. */
final class BufferingProxy implements AutoCloseable {
    private static final Set<String> OF_HOP = Set.of("host", "connection", "content-length", "transfer-encoding");

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "buffering-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpServer server;
    private final String to;

    private BufferingProxy(HttpServer server, String to) {
        this.server = server;
        this.to = to;
    }

    static BufferingProxy start(String to) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        BufferingProxy proxy = new BufferingProxy(server, to);
        server.setExecutor(proxy.threads);
        server.createContext("/", proxy::pass);
        server.start();
        return proxy;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void pass(HttpExchange exchange) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(to + exchange.getRequestURI()));
        byte[] body = exchange.getRequestBody().readAllBytes();
        request.method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OF_HOP.contains(name.toLowerCase(java.util.Locale.ROOT))) request.header(name, values.get(0));
        });
        try {
            HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            for (Map.Entry<String, java.util.List<String>> header :
                    answer.headers().map().entrySet()) {
                if (!OF_HOP.contains(header.getKey()))
                    exchange.getResponseHeaders().put(header.getKey(), header.getValue());
            }
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
