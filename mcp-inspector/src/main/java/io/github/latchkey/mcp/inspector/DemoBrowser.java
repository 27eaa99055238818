package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.auth.AuthorizationUrl;
import io.github.latchkey.mcp.auth.BrowserLauncher;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * Stands in for the person's browser: an HTTP client in this process that opens the authorization URL and follows the redirect to the
 * loopback receiver. Like a real one it goes its own way once it is started.
 */
final class DemoBrowser implements BrowserLauncher {
    private static final int TIMEOUT_MILLIS = 5_000;

    private final DemoScene scene;

    DemoBrowser(DemoScene scene) {
        this.scene = scene;
    }

    @Override
    public void open(AuthorizationUrl url) {
        Thread thread = new Thread(() -> browse(url), "latchkey-demo-browser");
        thread.setDaemon(true);
        thread.start();
    }

    private void browse(AuthorizationUrl url) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url.getValue()).toURL().openConnection();
            connection.setRequestProperty("Connection", "close");
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            try (InputStream page = connection.getInputStream()) {
                page.readAllBytes();
            }
            scene.tell("browser (played by an HTTP client in this process): consent given, redirected to "
                    + url.getRedirectUri());
        } catch (IOException e) {
            scene.tell("browser (played by an HTTP client in this process): " + e.getMessage());
        }
    }
}
