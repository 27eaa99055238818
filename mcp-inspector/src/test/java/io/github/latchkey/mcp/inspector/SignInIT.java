package io.github.latchkey.mcp.inspector;

import static io.github.latchkey.mcp.inspector.LatchkeyProcess.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.LatchkeyProcess.Finished;
import io.github.latchkey.mcp.test.AuthorizationServer.Endpoint;
import io.github.latchkey.mcp.test.LoopbackServer;
import io.github.latchkey.mcp.test.ProtectedMcpServer;
import io.github.latchkey.mcp.test.SampleTools;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kotlinx.serialization.json.JsonElement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sign-ins that outlive the command. */
class SignInIT {
    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String OTHER_KEY = "AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private final ProtectedMcpServer server = ProtectedMcpServer.start();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @AfterEach
    void close() {
        server.close();
        server.getAuthorizationServer().assertNoViolations();
    }

    @Test
    void aSignInIsThereForTheNextCommandsUntilItIsForgotten() throws IOException {
        Finished login = run("login", server.url(), browser()).endsWith(0);
        assertTrue(login.out().startsWith("signed in to " + server.url() + "\n"), login::toString);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(defaultStore())));

        assertEquals(
                "hi\n", run("call", server.url(), "echo", "text=hi").endsWith(0).out());
        Finished connect =
                run("connect", server.url(), "--non-interactive", "--json").endsWith(0);
        assertEquals("oauth", text(connect.result(), "signIn"));
        assertEquals(1, authorizations());

        Map<String, JsonElement> whoami =
                run("whoami", server.url(), "--json").endsWith(0).result();
        assertEquals("true", text(whoami, "signedIn"));
        assertEquals(server.issuer(), text(whoami, "issuer"));
        assertEquals("[\"tools:read\"]", text(whoami, "scopes"));
        assertEquals(defaultStore().toString(), text(whoami, "store"));

        assertEquals(
                "true", text(run("logout", server.url(), "--json").endsWith(0).result(), "wasSignedIn"));
        assertEquals(
                "false", text(run("logout", server.url(), "--json").endsWith(0).result(), "wasSignedIn"));
        assertEquals(
                "false", text(run("whoami", server.url(), "--json").endsWith(3).result(), "signedIn"));
        assertEquals(
                "unauthorized",
                text(
                        run("tools", server.url(), "--non-interactive", "--json")
                                .endsWith(3)
                                .error(),
                        "code"));
    }

    @Test
    void aTokenThatHasEndedIsRefreshedByTheNextCommand() {
        run("login", server.url(), browser()).endsWith(0);
        for (int i = 0; i < 2; i++) {
            server.getAuthorizationServer().expireAccessTokens();
            run("tools", server.url(), "--non-interactive").endsWith(0);
        }
        assertEquals(1, authorizations());
        assertEquals(3, server.getAuthorizationServer().requests(Endpoint.TOKEN).size());
    }

    @Test
    void aCommandThatSignsInKeepsIt() {
        run("tools", server.url(), browser()).endsWith(0);
        run("tools", server.url(), "--non-interactive").endsWith(0);
        assertEquals(1, authorizations());
    }

    @Test
    void noneIsKeptIfThatIsSaid() {
        run("tools", server.url(), browser(), "--store", "none").endsWith(0);
        assertFalse(Files.exists(defaultStore()));
    }

    @Test
    void aFileThatIsNamedIsTheStoreOfEachCommand() {
        String[] store = {"--store", folder.resolve("own").resolve("tokens").toString()};
        run(with(store, "login", server.url(), browser())).endsWith(0);
        assertFalse(Files.exists(defaultStore()));
        assertEquals(
                "hi\n",
                run(with(store, "call", server.url(), "echo", "text=hi", "--non-interactive"))
                        .endsWith(0)
                        .out());
        assertEquals(
                store[1],
                text(
                        run(with(store, "whoami", server.url(), "--json"))
                                .endsWith(0)
                                .result(),
                        "store"));
        // The other store knows nothing of it.
        run("whoami", server.url()).endsWith(3);
        run(with(store, "logout", server.url())).endsWith(0);
        run(with(store, "whoami", server.url())).endsWith(3);
        assertEquals(1, authorizations());
    }

    @Test
    void withNobodyToSignInACommandFailsAtOnceAndSaysWhy() {
        String[] call = {"call", server.url(), "echo", "text=hi", "--non-interactive", "--json"};
        Map<String, JsonElement> never = run(call).endsWith(3).error();
        assertEquals("unauthorized", text(never, "code"));
        assertTrue(text(never, "remedy").contains("--non-interactive"), never::toString);

        run("login", server.url(), browser()).endsWith(0);
        server.getAuthorizationServer().expireAccessTokens();
        server.getAuthorizationServer().revokeRefreshTokens();
        Map<String, JsonElement> noMore = run(call).endsWith(3).error();
        assertEquals("authorization_failed", text(noMore, "code"));
        assertEquals("authorization", text(noMore, "step"));
        assertTrue(text(noMore, "message").contains(server.issuer() + "/authorize"), noMore::toString);
        assertEquals(1, authorizations());
    }

    @Test
    void noSecretIsShown() throws IOException {
        Path trace = folder.resolve("trace");
        List<Finished> runs = new ArrayList<>();
        runs.add(run("login", server.url(), browser(), "--verbose", "--json", "--trace=" + trace));
        String stored = Files.readString(defaultStore());
        runs.add(run("whoami", server.url(), "--json"));
        runs.add(run("logout", server.url(), "--verbose"));
        String shown = runs + Files.readString(trace);
        Matcher tokens =
                Pattern.compile("\"(?:accessToken|refreshToken)\":\"([^\"]+)\"").matcher(stored);
        int count = 0;
        for (; tokens.find(); count++) assertFalse(shown.contains(tokens.group(1)), shown);
        assertEquals(2, count, stored);
    }

    @Test
    void aKeyInTheEnvironmentEncryptsIt() throws IOException {
        Path file = folder.resolve("own").resolve("store");
        String[] whoami = {"whoami", server.url(), "--json", "--store", file.toString()};
        start(Map.of("LATCHKEY_STORE_KEY", KEY), "login", server.url(), browser(), "--store", file.toString())
                .await()
                .endsWith(0);
        assertFalse(Files.readString(file).contains("accessToken"));
        Map<String, JsonElement> found = start(Map.of("LATCHKEY_STORE_KEY", KEY), whoami)
                .await()
                .endsWith(0)
                .result();
        assertEquals("true", text(found, "isEncrypted"));

        byte[] before = Files.readAllBytes(file);
        for (Finished run : List.of(
                start(Map.of(), whoami).await(),
                start(Map.of("LATCHKEY_STORE_KEY", OTHER_KEY), whoami).await())) {
            assertEquals("authorization_failed", text(run.endsWith(3).error(), "code"));
            assertTrue(text(run.error(), "remedy").contains("LATCHKEY_STORE_KEY"), run::toString);
        }
        Finished noKey = start(Map.of("LATCHKEY_STORE_KEY", "s3cret-that-is-no-key"), whoami)
                .await();
        assertFalse(noKey.endsWith(2).toString().contains("s3cret"), noKey::toString);
        assertEquals(List.of(before.length), List.of(Files.readAllBytes(file).length));
    }

    @Test
    void aStoreThatIsDamagedIsSaidAndLeftAlone() throws IOException {
        Files.createDirectories(defaultStore().getParent());
        Files.createFile(
                defaultStore(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(defaultStore(), "{\"format\":\"latchkey-tokens\",\"vers");
        Finished run = run("tools", server.url(), browser(), "--json").endsWith(3);
        assertTrue(text(run.error(), "message").endsWith("is damaged"), run::toString);
        assertTrue(text(run.error(), "remedy").contains("--store none"), run::toString);
        assertEquals("{\"format\":\"latchkey-tokens\",\"vers", Files.readString(defaultStore()));
        assertEquals(0, authorizations());
    }

    @Test
    void withoutABrowserTheAddressIsPastedBack() throws Exception {
        LatchkeyProcess process = start(Map.of(), "login", server.url(), "--no-browser", "--json");
        String url = process.awaitErrorLine("http");
        process.enter("https://somewhere.else/");
        process.awaitErrorLine("That address does not begin with http://127.0.0.1:");
        process.enter(locationOf(url));
        Map<String, JsonElement> result = process.await().endsWith(0).result();
        assertEquals("true", text(result, "signedIn"));
        run("tools", server.url(), "--non-interactive").endsWith(0);
    }

    @Test
    void anEndOfTheInputIsNoSignIn() throws Exception {
        LatchkeyProcess process = start(Map.of(), "login", server.url(), "--no-browser", "--json");
        process.awaitErrorLine("http");
        process.enterNothingMore();
        Finished run = process.await().endsWith(3);
        assertEquals("nothing was pasted", text(run.error(), "message"));
    }

    @Test
    void aServerThatAsksForNothingNeedsNoLogin() {
        try (LoopbackServer open = LoopbackServer.start(
                SampleTools.addTo(ScriptedMcpServer.builder()).build())) {
            Finished run = run("login", open.url() + "/mcp", browser()).endsWith(0);
            assertEquals(open.url() + "/mcp did not ask for a sign-in\n", run.out());
        }
    }

    private int authorizations() {
        return server.getAuthorizationServer().requests(Endpoint.AUTHORIZATION).size();
    }

    private Path defaultStore() {
        return folder.resolve("state").resolve("latchkey").resolve("tokens.json");
    }

    private static String browser() {
        return "--open-browser-command=" + LatchkeyProcess.browserCommand();
    }

    private static String[] with(String[] last, String... first) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(last));
        return all.toArray(String[]::new);
    }

    private Finished run(String... args) {
        return start(Map.of(), args).await();
    }

    private LatchkeyProcess start(Map<String, String> environment, String... args) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("XDG_STATE_HOME", folder.resolve("state").toString());
        return LatchkeyProcess.start(all, args);
    }

    /** Where the browser of somebody who consents would end. */
    static String locationOf(String url) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setInstanceFollowRedirects(false);
        return connection.getHeaderField("Location");
    }
}
