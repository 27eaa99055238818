package io.github.latchkey.mcp.inspector;

import java.io.InputStream;
import java.net.URI;

/** A program that opens the address in its last argument and follows the redirects, as the browser of somebody who consents does. */
public final class ConsentingBrowser {
    private ConsentingBrowser() {}

    public static void main(String[] args) throws Exception {
        try (InputStream page = URI.create(args[args.length - 1]).toURL().openStream()) {
            page.readAllBytes();
        }
    }
}
