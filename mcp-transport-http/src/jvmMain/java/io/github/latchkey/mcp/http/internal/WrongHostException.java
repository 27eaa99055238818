package io.github.latchkey.mcp.http.internal;

import java.security.cert.CertificateException;
import java.util.List;

/** The certificate is for other hosts. */
final class WrongHostException extends CertificateException {
    private static final long serialVersionUID = 1;

    WrongHostException(List<String> names) {
        super(names.isEmpty() ? "it names no host" : "it is for " + String.join(", ", names));
    }
}
