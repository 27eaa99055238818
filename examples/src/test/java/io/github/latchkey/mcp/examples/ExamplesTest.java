package io.github.latchkey.mcp.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.auth.AuthorizationUrl;
import io.github.latchkey.mcp.auth.BrowserLauncher;
import io.github.latchkey.mcp.test.ProtectedMcpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.BuildersKt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples run against a server that asks for a sign-in, and the README shows what was run. */
class ExamplesTest {
    private static final Path SOURCES = Path.of("src", "main");

    /** Stands in for a person whose browser follows the redirects, and who agrees to everything. */
    private static void agree(AuthorizationUrl url) throws IOException, InterruptedException {
        HttpClient browser = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        browser.send(HttpRequest.newBuilder(URI.create(url.getValue())).build(), BodyHandlers.discarding());
    }

    @Test
    void java() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            assertEquals("hello", CallAToolInJava.callATool(server.url(), ExamplesTest::agree));
            server.getServer().assertNoViolations();
        }
    }

    @Test
    void kotlin() throws Exception {
        BrowserLauncher browser = ExamplesTest::agree;
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            Object text = BuildersKt.runBlocking(
                    EmptyCoroutineContext.INSTANCE,
                    (scope, continuation) -> CallAToolKt.callATool(server.url(), browser, continuation));
            assertEquals("hello", text);
            server.getServer().assertNoViolations();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java/io/github/latchkey/mcp/examples/CallAToolInJava.java",
                "kotlin/io/github/latchkey/mcp/examples/CallATool.kt"
            })
    void theReadmeShowsWhatIsCompiled(String source) throws IOException {
        List<String> lines = Files.readAllLines(SOURCES.resolve(source));
        String shown = lines.subList(indexOf(lines, "// README: begin") + 1, indexOf(lines, "// README: end")).stream()
                .collect(Collectors.joining("\n"))
                .stripIndent();
        assertTrue(Files.readString(Path.of("..", "README.md")).contains(shown), "the README does not show\n" + shown);
    }

    private static int indexOf(List<String> lines, String mark) {
        return lines.stream().map(String::strip).collect(Collectors.toList()).indexOf(mark);
    }
}
