package io.github.latchkey.mcp.inspector.doctor;

import io.github.latchkey.mcp.http.HttpProxies;
import io.github.latchkey.mcp.http.HttpProxy;
import io.github.latchkey.mcp.http.HttpTransportOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Looks at the way to a server before anything is sent: proxy, name, address, TLS. Speaks no HTTP. */
public final class NetworkProbe {
    private final URI url;
    private final Duration limit;

    /** @param limit for each single step */
    public NetworkProbe(String url, Duration limit) {
        this.url = URI.create(url);
        this.limit = limit;
    }

    /** Tries one step after the other until one fails. */
    public NetworkFacts run(HttpTransportOptions options) {
        boolean isTls = "https".equalsIgnoreCase(url.getScheme());
        String host = hostOf(url);
        int port = url.getPort() >= 0 ? url.getPort() : isTls ? 443 : 80;
        HttpProxy proxy = null;
        String proxyProblem = null;
        try {
            proxy = HttpProxies.find(options, url.toString());
        } catch (IllegalArgumentException e) {
            proxyProblem = Words.bounded(e.getMessage());
        }
        if (proxyProblem != null) {
            return new NetworkFacts(url.getScheme(), host, port, null, proxyProblem, null, null, null);
        }
        URI first = proxy == null ? url : URI.create(proxy.getUrl());
        int firstPort = proxy == null ? port : first.getPort();
        NetworkFacts.Dns dns = resolve(hostOf(first));
        NetworkFacts.Tcp tcp = dns.problem() == null ? connect(dns, firstPort) : null;
        String address = tcp == null ? null : tcp.address();
        NetworkFacts.Tls tls = null;
        // Through a proxy the first message shows it: a tunnel of one's own would be a preflight.
        if (isTls && proxy == null && address != null) tls = new TlsProbe(host, limit).run(address, port);
        return new NetworkFacts(url.getScheme(), host, port, proxy, null, dns, tcp, tls);
    }

    /** Whether TLS is spoken where the URL says http; null if it is not known. */
    public NetworkFacts.@Nullable Tls findTls(NetworkFacts facts) {
        String address = facts.tcp() == null ? null : facts.tcp().address();
        if (address == null || !facts.isDirect()) return null;
        return new TlsProbe(facts.host(), limit).run(address, facts.port());
    }

    private NetworkFacts.Dns resolve(String host) {
        long start = System.nanoTime();
        List<String> addresses = List.of();
        String problem = null;
        try {
            // The resolver of the JDK cannot be interrupted; its thread is left to itself.
            addresses =
                    CompletableFuture.supplyAsync(() -> addressesOf(host)).get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (addresses.isEmpty()) problem = "the name cannot be resolved";
        } catch (TimeoutException e) {
            problem = "no answer within " + limit.toMillis() + " ms";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problem = "interrupted";
        } catch (java.util.concurrent.ExecutionException e) {
            throw new CompletionException(e);
        }
        return new NetworkFacts.Dns(host, addresses, millisSince(start), problem);
    }

    private static List<String> addressesOf(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .map(InetAddress::getHostAddress)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private NetworkFacts.Tcp connect(NetworkFacts.Dns dns, int port) {
        long start = System.nanoTime();
        Map<String, String> refused = new LinkedHashMap<>();
        for (String address : dns.addresses()) {
            String problem = tryAddress(address, port);
            if (problem == null) return new NetworkFacts.Tcp(address, port, refused, millisSince(start));
            refused.put(address, problem);
            if (millisSince(start) > limit.toMillis()) break;
        }
        return new NetworkFacts.Tcp(null, port, refused, millisSince(start));
    }

    private @Nullable String tryAddress(String address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), (int) limit.toMillis());
            return null;
        } catch (SocketTimeoutException e) {
            return "no answer within " + limit.toMillis() + " ms";
        } catch (IOException e) {
            return Words.bounded(e.getMessage());
        }
    }

    static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }

    /** Without brackets; also where java.net.URI sees none, as in names with an underscore. */
    private static String hostOf(URI url) {
        String authority = url.getRawAuthority();
        String host = authority.substring(authority.lastIndexOf('@') + 1).replaceFirst(":\\d*$", "");
        return host.replaceFirst("^\\[(.*)]$", "$1");
    }
}
