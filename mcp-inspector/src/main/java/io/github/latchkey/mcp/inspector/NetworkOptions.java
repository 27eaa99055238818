package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.http.HttpTransportOptions;
import io.github.latchkey.mcp.http.TlsOptions;
import io.github.latchkey.mcp.inspector.Converters.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The way to the server: proxy and TLS. */
final class NetworkOptions {
    @Option(
            names = "--proxy",
            paramLabel = "URL",
            description = {
                "The proxy for all requests, as http://host:port or socks5://host:port, with user:password@ before the"
                        + " host where it wants them. URL, @FILE, env:NAME, or none.",
                "By default HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY decide."
            })
    @Nullable
    Secret proxy;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Trust the certificates in this PEM file, too. May be given several times.")
    List<Path> authorities = new ArrayList<>();

    @Option(
            names = "--client-cert",
            paramLabel = "FILE",
            description = "Identify by this certificate to servers that ask for one: PEM, its issuers after it.")
    @Nullable
    Path clientCertificate;

    @Option(
            names = "--client-key",
            paramLabel = "FILE",
            description = "The key of that certificate: PEM, PKCS#8, without a password.")
    @Nullable
    Path clientKey;

    /** Throws {@link UsageException} for options that do nothing without others. */
    void check() {
        if ((clientCertificate == null) == (clientKey == null)) return;
        String given = clientKey == null ? "--client-cert" : "--client-key";
        String missing = clientKey == null ? "--client-key" : "--client-cert";
        throw new UsageException(given + " needs " + missing, "give " + missing + " as well");
    }

    /** Throws {@link IllegalArgumentException} for files that cannot be read, and for a proxy that is none. */
    void apply(HttpTransportOptions.Builder http) {
        if (proxy != null) {
            if (proxy.value().equals("none")) http.noProxy();
            else http.proxy(proxy.value());
        }
        if (authorities.isEmpty() && clientCertificate == null) return;
        TlsOptions.Builder tls = new TlsOptions.Builder();
        authorities.forEach(tls::trust);
        if (clientCertificate != null && clientKey != null) tls.clientCertificate(clientCertificate, clientKey);
        http.tls(tls.build());
    }

    void hideSecrets(Redaction redaction) {
        if (proxy == null) return;
        String authority = proxy.value().replaceFirst("^[A-Za-z0-9+.-]*://", "").replaceFirst("[/?#].*$", "");
        int at = authority.lastIndexOf('@');
        if (at < 0) return;
        String password = authority.substring(authority.indexOf(':') + 1, Math.max(at, authority.indexOf(':') + 1));
        redaction.hide(password);
        try {
            redaction.hide(URLDecoder.decode(password.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            // broken escapes: the transport refuses them
        }
    }
}
