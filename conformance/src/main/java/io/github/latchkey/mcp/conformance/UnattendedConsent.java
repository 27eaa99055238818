package io.github.latchkey.mcp.conformance;

import io.github.latchkey.mcp.auth.AsyncAuthorizationPrompt;
import io.github.latchkey.mcp.auth.AuthorizationUrl;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Plays the person and the browser: the mock authorization server consents at once, and says so in a redirect, which is not followed. */
final class UnattendedConsent implements AsyncAuthorizationPrompt {
    private final HttpClient http = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    @Override
    public CompletionStage<String> authorize(AuthorizationUrl url) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url.getValue()))
                .timeout(Duration.ofSeconds(10))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .thenApply(response -> response.headers()
                        .firstValue("Location")
                        .orElseThrow(() -> new IllegalStateException("the authorization endpoint answered HTTP "
                                + response.statusCode() + " without a redirect")));
    }
}
