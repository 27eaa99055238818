package io.github.latchkey.mcp.http.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Whether a certificate is for a host (RFC 9525 §6): by its alternative names, a wildcard only as the whole first label. */
final class HostNames {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private HostNames() {}

    static boolean match(String host, X509Certificate certificate) {
        boolean isAddress = isAddress(host);
        return names(certificate, isAddress ? IP_ADDRESS : DNS_NAME).stream()
                .anyMatch(name -> isAddress ? sameAddress(host, name) : matches(host, name));
    }

    /** All names that the certificate is for. */
    static List<String> of(X509Certificate certificate) {
        List<String> all = new ArrayList<>(names(certificate, DNS_NAME));
        all.addAll(names(certificate, IP_ADDRESS));
        return all;
    }

    private static boolean matches(String host, String name) {
        String wanted = normal(host);
        String pattern = normal(name);
        if (!pattern.startsWith("*.")) return wanted.equals(pattern);
        int dot = wanted.indexOf('.');
        return dot > 0 && pattern.indexOf('.', 2) > 0 && wanted.substring(dot).equals(pattern.substring(1));
    }

    private static String normal(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private static boolean sameAddress(String host, String address) {
        try {
            // Literals: nothing is looked up.
            return Arrays.equals(
                    InetAddress.getByName(host).getAddress(),
                    InetAddress.getByName(address).getAddress());
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static List<String> names(X509Certificate certificate, int type) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all == null) return names;
            for (List<?> entry : all) {
                if (Integer.valueOf(type).equals(entry.get(0))) names.add(String.valueOf(entry.get(1)));
            }
            return names;
        } catch (CertificateParsingException e) {
            return names; // then it is for nobody
        }
    }
}
