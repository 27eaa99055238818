package io.github.latchkey.mcp.conformance;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.CompletableFuture.completedFuture;

import io.github.latchkey.mcp.AsyncHandlers;
import io.github.latchkey.mcp.ClientOptions;
import io.github.latchkey.mcp.ElicitationHandler;
import io.github.latchkey.mcp.ElicitationResult;
import io.github.latchkey.mcp.Implementation;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.auth.AssertionSource;
import io.github.latchkey.mcp.auth.AssertionSources;
import io.github.latchkey.mcp.auth.AuthorizationGrant;
import io.github.latchkey.mcp.auth.AuthorizationPrompts;
import io.github.latchkey.mcp.auth.IdentityProvider;
import io.github.latchkey.mcp.auth.JwtSigners;
import io.github.latchkey.mcp.auth.OAuthAuthorizers;
import io.github.latchkey.mcp.auth.OAuthOptions;
import io.github.latchkey.mcp.http.HttpTransportOptions;
import io.github.latchkey.mcp.http.StreamableHttpTransport;
import io.github.latchkey.mcp.transport.Authorizer;
import io.github.latchkey.mcp.transport.Transport;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kotlinx.serialization.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Sets the library up as the application of the scenario would. */
final class Connector {
    /** Nothing listens here, and nothing has to: the prompt reads the redirect instead of following it. */
    private static final String REDIRECT_URI = "http://127.0.0.1:8765/callback";

    /** The document that the suite knows; it is never fetched. */
    private static final String CLIENT_METADATA_URL = "https://conformance-test.local/client-metadata.json";

    private static final long CONNECT_MILLIS = 20_000;

    private final Assignment assignment;
    private final String url;

    Connector(Assignment assignment, String url) {
        this.assignment = assignment;
        this.url = url;
    }

    Transport transport() {
        HttpTransportOptions options = new HttpTransportOptions.Builder()
                .authorizer(authorizer())
                // The server asks on its own stream, and not on that of the call.
                .serverStream(assignment.scenario().startsWith("elicitation-"))
                .build();
        return new StreamableHttpTransport(url, options);
    }

    ClientOptions options() {
        ClientOptions.Builder options = new ClientOptions.Builder()
                .clientInfo(new Implementation("latchkey-conformance", "1.0.0"))
                .protocolVersions(assignment.versions())
                .connectTimeoutMillis(CONNECT_MILLIS);
        switch (assignment.scenario()) {
            // The form's own defaults are the answer.
            case "elicitation-sep1034-client-defaults" -> options.elicitation(agree("{}"));
            case "sep-2322-client-request-state" -> options.elicitation(agree("{\"confirmed\":true}"));
            case "request-metadata" ->
                options.elicitation(true, agree("{}")).roots(AsyncHandlers.roots(() -> completedFuture(List.of())));
            default -> {}
        }
        return options.build();
    }

    private static ElicitationHandler agree(String content) {
        JsonObject answers = requireNonNull(RawJson.parse(content).toObject());
        return AsyncHandlers.elicitation(request -> completedFuture(ElicitationResult.accept(answers)));
    }

    private @Nullable Authorizer authorizer() {
        if (!assignment.isAuthorization()) return null;
        OAuthOptions.Builder oauth = OAuthOptions.builder(grant());
        String clientId = assignment.string("client_id");
        String clientSecret = assignment.string("client_secret");
        String privateKey = assignment.string("private_key_pem");
        if (clientId != null && clientSecret != null) {
            oauth.client(clientId, clientSecret);
        } else if (clientId != null) {
            oauth.client(clientId);
        }
        if (privateKey != null) {
            oauth.privateKeyJwt(JwtSigners.fromPem(privateKey, assignment.string("signing_algorithm")));
        }
        if (assignment.scenario().equals("auth/basic-cimd")) oauth.clientMetadataUrl(CLIENT_METADATA_URL);
        return OAuthAuthorizers.create(
                oauth.clientName("Latchkey conformance client").build());
    }

    private AuthorizationGrant grant() {
        return switch (assignment.scenario()) {
            case "auth/client-credentials-jwt", "auth/client-credentials-basic" ->
                AuthorizationGrant.clientCredentials();
            case "auth/wif-jwt-bearer" -> AuthorizationGrant.workloadIdentity(given("valid_jwt"));
            case "auth/enterprise-managed-authorization" -> AuthorizationGrant.enterpriseManaged(identityProvider());
            default ->
                AuthorizationGrant.authorizationCode(
                        AuthorizationPrompts.fixedRedirect(REDIRECT_URI, new UnattendedConsent()));
        };
    }

    private IdentityProvider identityProvider() {
        return IdentityProvider.builder(assignment.required("idp_issuer"))
                .client(assignment.required("idp_client_id"))
                .idToken(given("idp_id_token"))
                .build();
    }

    private AssertionSource given(String name) {
        String assertion = assignment.required(name);
        return AssertionSources.async(audience -> CompletableFuture.completedFuture(assertion));
    }
}
