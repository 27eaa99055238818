package io.github.latchkey.mcp.examples;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the jars tell GraalVM and R8 by name is there under that name: nothing else would notice that it was renamed. */
class ShrinkingRulesTest {
    private static final String NATIVE_IMAGE = "META-INF/native-image/io.github.latchkey/";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "META-INF/proguard/latchkey-mcp-core.pro",
                "META-INF/proguard/latchkey-mcp-transport-http.pro",
                "META-INF/proguard/latchkey-mcp-auth.pro"
            })
    void theClassesOfTheRulesExist(String rules) {
        // A name with a wildcard is one that may be absent.
        find(read(rules), "(?m)^-(?:keep\\S*|if|dontwarn) (?:class )?([\\w.$]+)$")
                .forEach(ShrinkingRulesTest::assertExists);
    }

    @Test
    void theEngineThatIsFoundByNameIsKeptAndReachable() {
        String engine = "io.ktor.client.engine.okhttp.OkHttp";
        assertFalse(
                find(read("META-INF/proguard/latchkey-mcp-transport-http.pro"), "(?m)^-keep class (" + engine + ")$")
                        .isEmpty());
        assertFalse(
                find(read(NATIVE_IMAGE + "mcp-transport-http/reflect-config.json"), "\"name\": *\"(" + engine + ")\"")
                        .isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mcp-transport-http/reflect-config.json", "mcp-test/resource-config.json"})
    void theClassesOfTheMetadataExist(String file) {
        List<String> names = find(read(NATIVE_IMAGE + file), "\"(?:typeReachable|name)\": *\"([^\"]+)\"");
        assertFalse(names.isEmpty());
        names.forEach(ShrinkingRulesTest::assertExists);
    }

    @Test
    void theResourcesOfTheMetadataExist() {
        List<String> paths =
                find(read(NATIVE_IMAGE + "mcp-test/resource-config.json"), "\"pattern\": *\"\\\\\\\\Q(.+)\\\\\\\\E\"");
        assertFalse(paths.isEmpty());
        paths.forEach(path -> assertNotNull(loader().getResource(path), path));
    }

    private static void assertExists(String name) {
        assertDoesNotThrow(() -> Class.forName(name, false, loader()));
    }

    private static List<String> find(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static String read(String path) {
        return assertDoesNotThrow(() -> {
            try (InputStream file = loader().getResourceAsStream(path)) {
                assertNotNull(file, path);
                return new String(file.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
    }

    private static ClassLoader loader() {
        return ShrinkingRulesTest.class.getClassLoader();
    }
}
