package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.LatchkeyProcess.Finished;
import io.github.latchkey.mcp.test.AuthorizationServer;
import io.github.latchkey.mcp.test.AuthorizationServer.Endpoint;
import io.github.latchkey.mcp.test.Consent;
import io.github.latchkey.mcp.test.ProtectedMcpServer;
import io.github.latchkey.mcp.test.RecordedRequest;
import io.github.latchkey.mcp.test.RegisteredClient;
import io.github.latchkey.mcp.test.SampleTools;
import io.github.latchkey.mcp.test.ScriptedAnswer;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole lives of sign-ins, whose every output is searched for each secret that went over the wire. */
class CanaryIT {
    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String OTHER_KEY = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String CLIENT_SECRET = "cl13nt&s3cret of the app";
    private static final String BEARER = "b34rer-token-of-mine";
    private static final String[] NONE = {};
    private static final List<String> PARAMETERS = List.of("code", "code_verifier", "client_secret", "refresh_token");

    private final ProtectedMcpServer server = ProtectedMcpServer.start(
            SampleTools.addTo(ScriptedMcpServer.builder()).build(),
            AuthorizationServer.builder()
                    .authMethods("client_secret_basic")
                    .client(new RegisteredClient(
                            "me", List.of("http://127.0.0.1/callback"), CLIENT_SECRET, "client_secret_basic"))
                    .build(),
            SampleTools::protect);
    private final AuthorizationServer oauth = server.getAuthorizationServer();
    private final StringBuilder shown = new StringBuilder();
    private List<String> mode = List.of();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--json", "text"})
    void noOutputHoldsASecret(String mode) throws Exception {
        this.mode = mode.equals("--json") ? List.of("--json", "--verbose") : List.of("--verbose");
        String[] client = {
            "--client-id=me",
            "--client-secret=env:CLIENT_SECRET",
            "--open-browser-command=" + LatchkeyProcess.browserCommand()
        };
        oauth.setConsent(Consent.DENY);
        run(3, KEY, "login", client);
        oauth.setConsent(Consent.APPROVE);
        oauth.answerNext(
                Endpoint.TOKEN,
                ScriptedAnswer.json(
                        400,
                        "{\"error\":\"invalid_client\",\"error_description\":\"" + CLIENT_SECRET + " "
                                + URLEncoder.encode(CLIENT_SECRET, StandardCharsets.UTF_8) + "\"}"));
        run(3, KEY, "login", client);
        run(0, KEY, "login", client);
        run(0, KEY, "call", client, "erase");
        oauth.expireAccessTokens();
        // Also what is a message, and so in the trace with all it says.
        run(0, KEY, "call", client, "echo", "text=" + CLIENT_SECRET);
        for (int status : new int[] {400, 403, 500}) {
            String sent = server.getServer()
                    .getRequests()
                    .get(server.getServer().getRequests().size() - 1)
                    .header("Authorization");
            server.getServer().answerAlways(ScriptedAnswer.of(status, "text/plain", "what is " + sent + "?"));
            run(-1, KEY, "call", client, "echo", "text=hi");
        }
        server.getServer().answerAlways(null);
        oauth.expireAccessTokens();
        oauth.answerNext(Endpoint.TOKEN, ScriptedAnswer.of(503, "text/plain", "later"));
        run(-1, KEY, "call", client, "echo", "text=hi");
        run(0, KEY, "whoami", NONE);
        run(3, OTHER_KEY, "whoami", NONE);
        oauth.expireAccessTokens();
        oauth.revokeRefreshTokens();
        run(
                3,
                KEY,
                "call",
                new String[] {"--client-id=me", "--client-secret=env:CLIENT_SECRET", "--non-interactive"},
                "echo",
                "text=hi");
        run(0, KEY, "logout", NONE);
        run(3, KEY, "tools", new String[] {"--bearer", BEARER});
        pasteBack();
        check();
    }

    private void pasteBack() throws Exception {
        LatchkeyProcess process = start(
                KEY, "login", server.url(), "--no-browser", "--client-id=me", "--client-secret=env:CLIENT_SECRET");
        String url = process.awaitErrorLine("http");
        process.enter(SignInIT.locationOf(url));
        shown.append(process.await().endsWith(0));
    }

    private void run(int expected, String storeKey, String command, String[] options, String... arguments)
            throws IOException {
        Path trace = folder.resolve("trace");
        List<String> args = new ArrayList<>(List.of(command, server.url()));
        args.addAll(List.of(arguments));
        args.addAll(List.of(options));
        args.addAll(mode);
        args.add("--trace=" + trace);
        Finished run = start(storeKey, args.toArray(String[]::new)).await();
        if (expected >= 0) assertEquals(expected, run.exitCode(), run::toString);
        else assertTrue(run.exitCode() > 0, run::toString);
        shown.append(run);
        if (Files.exists(trace)) shown.append(Files.readString(trace));
    }

    private void check() throws IOException {
        Set<String> secrets = new LinkedHashSet<>(List.of(
                KEY, OTHER_KEY, CLIENT_SECRET, URLEncoder.encode(CLIENT_SECRET, StandardCharsets.UTF_8), BEARER));
        List<RecordedRequest> requests = new ArrayList<>(server.getServer().getRequests());
        for (Endpoint endpoint : Endpoint.values()) requests.addAll(oauth.requests(endpoint));
        for (RecordedRequest request : requests) {
            for (String name : PARAMETERS) {
                String value = request.getForm().get(name);
                if (value != null) secrets.add(value);
            }
            String field = request.header("Authorization");
            if (field != null) secrets.add(field.substring(field.indexOf(' ') + 1));
        }
        assertTrue(secrets.size() > 12, "the test looks for too little: " + secrets.size());
        assertTrue(shown.indexOf("\"event\":\"message\"") > 0, "the traces hold messages");
        assertTrue(shown.length() > 5_000, "and in too little: " + shown.length());
        for (String secret : secrets) assertTrue(shown.indexOf(secret) < 0, () -> secret + " in " + shown);
        String stored = Files.readString(store());
        for (String secret : secrets) assertTrue(!stored.contains(secret), secret);
        assertTrue(
                !stored.contains(Base64.getEncoder().encodeToString(CLIENT_SECRET.getBytes(StandardCharsets.UTF_8))));
    }

    private Path store() {
        return folder.resolve("state").resolve("latchkey").resolve("tokens.json");
    }

    private LatchkeyProcess start(String storeKey, String... args) {
        Map<String, String> environment = new HashMap<>();
        environment.put("XDG_STATE_HOME", folder.resolve("state").toString());
        environment.put("LATCHKEY_STORE_KEY", storeKey);
        environment.put("CLIENT_SECRET", CLIENT_SECRET);
        return LatchkeyProcess.start(environment, args);
    }
}
