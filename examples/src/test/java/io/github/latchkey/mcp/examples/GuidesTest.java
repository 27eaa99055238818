package io.github.latchkey.mcp.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.http.StreamableHttpTransport;
import io.github.latchkey.mcp.test.LoopbackServer;
import io.github.latchkey.mcp.test.ProtectedMcpServer;
import io.github.latchkey.mcp.test.SampleTools;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The guides show what is compiled, and what they show works. With {@code -Dlatchkey.write} they are written anew. */
class GuidesTest {
    private static final Path GUIDES = Path.of("..", "docs", "guides");
    private static final Path SOURCES = Path.of("src", "main");
    private static final Pattern BLOCK =
            Pattern.compile("<!-- (\\S+): (\\S+) -->\\n```(\\w+)\\n(.*?)```", Pattern.DOTALL);
    private static final List<String> TOOLS = List.of("echo", "add", "count", "erase");

    static Stream<Path> guides() throws IOException {
        try (Stream<Path> files = Files.list(GUIDES)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("guides")
    void aGuideShowsWhatIsCompiled(Path guide) throws IOException {
        String text = Files.readString(guide);
        String right = BLOCK.matcher(text)
                .replaceAll(block -> Matcher.quoteReplacement("<!-- " + block.group(1) + ": " + block.group(2)
                        + " -->\n```" + block.group(3) + "\n" + snippet(block.group(1), block.group(2)) + "\n```"));
        if (System.getProperty("latchkey.write") != null) {
            Files.writeString(guide, right);
        } else {
            assertEquals(right, text, "write the guides anew with -Dlatchkey.write");
        }
        long blocks =
                text.lines().filter(line -> line.matches("```(java|kotlin)")).count();
        assertEquals(BLOCK.matcher(text).results().count(), blocks, "a block that is not compiled");
    }

    private static String snippet(String file, String name) {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            Path source = files.filter(path -> path.endsWith(file)).findFirst().orElseThrow();
            Pattern region = Pattern.compile(
                    "^ *// docs: " + name + "\\n(.*?)^ *// docs: end\\n", Pattern.DOTALL | Pattern.MULTILINE);
            Matcher found = region.matcher(Files.readString(source));
            assertTrue(found.find(), file + " has no snippet " + name);
            return found.group(1).stripTrailing().stripIndent();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void connectingAndCalling() {
        try (LoopbackServer server = LoopbackServer.start(sample())) {
            String url = server.url() + "/mcp";
            assertEquals(TOOLS, GuidesInJava.connect(url));
            try (McpSessionFutures session = session(url)) {
                assertEquals("hello", GuidesInJava.call(session));
                assertEquals("{\"sum\":5.0}", GuidesInJava.structured(session));
                assertEquals("counted to 3", GuidesInJava.progress(session).getText());
            }
            assertEquals(
                    4,
                    GuidesInJava.many("{\"mcpServers\":{\"sample\":{\"url\":\"" + url + "\"}}}")
                            .size());
        }
        assertEquals(TOOLS, GuidesInJava.test());
    }

    @Test
    void failuresAreToldApart() {
        try (ProtectedMcpServer server = ProtectedMcpServer.start()) {
            assertTrue(GuidesInJava.failures(server.url()).startsWith("sign in first"));
        }
        String nowhere = "http://127.0.0.1:1/mcp";
        assertTrue(GuidesInJava.failures(nowhere).startsWith("not there"));
    }

    @Test
    void optionsAreThoseOfTheGuides() {
        assertEquals(
                "http://127.0.0.1/mcp",
                GuidesInJava.bearer("http://127.0.0.1/mcp", "t").getEndpoint());
        assertEquals(
                "https://a.example/mcp",
                GuidesInJava.machine("https://a.example/mcp", "s").getEndpoint());
        assertEquals(
                "https://a.example/mcp",
                Guides.INSTANCE.machine("https://a.example/mcp", "s").getEndpoint());
        assertTrue(GuidesInJava.elicitation().getElicitation() != null);
        assertTrue(Guides.INSTANCE.elicitation().getElicitation() != null);
        assertTrue(GuidesInJava.options().getEvents() != null
                && Guides.INSTANCE.options().getEvents() != null);
    }

    private static ScriptedMcpServer sample() {
        return SampleTools.addTo(ScriptedMcpServer.builder()).build();
    }

    private static McpSessionFutures session(String url) {
        return McpClientFutures.connect(new StreamableHttpTransport(url)).join();
    }
}
