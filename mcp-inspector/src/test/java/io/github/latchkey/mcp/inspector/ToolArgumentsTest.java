package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.RawJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolArgumentsTest {
    private static final ArgumentTypes TYPES = ArgumentTypes.of(RawJson.parse("""
            {"type": "object",
             "properties": {
               "text": {"type": "string"},
               "count": {"type": "integer"},
               "ratio": {"type": "number"},
               "flag": {"type": "boolean"},
               "list": {"type": "array"},
               "map": {"type": "object"},
               "either": {"type": ["integer", "null"]},
               "both": {"type": ["string", "integer"]},
               "optional": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
               "color": {"$ref": "#/$defs/Color"},
               "loop": {"$ref": "#/properties/loop"},
               "remote": {"$ref": "https://example.com/schema"},
               "open": {}
             },
             "required": ["text"],
             "$defs": {"Color": {"type": "object"}}}"""));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text=42 | {\"text\":\"42\"}",
                "text={\"a\":1} | {\"text\":\"{\\\"a\\\":1}\"}",
                "text= | {\"text\":\"\"}",
                "text=a=b | {\"text\":\"a=b\"}",
                "count=42 | {\"count\":42}",
                "count=12345678901234567890 | {\"count\":12345678901234567890}",
                "count=many | {\"count\":\"many\"}",
                "ratio=0.10 | {\"ratio\":0.10}",
                "flag=true | {\"flag\":true}",
                "flag=yes | {\"flag\":\"yes\"}",
                "list=[1,\"a\"] | {\"list\":[1,\"a\"]}",
                "list=[1,a] | {\"list\":\"[1,a]\"}",
                "map={\"a\":null} | {\"map\":{\"a\":null}}",
                "either=null | {\"either\":null}",
                "both=42 | {\"both\":\"42\"}",
                "optional=42 | {\"optional\":42}",
                "color={} | {\"color\":{}}",
                "loop=42 | {\"loop\":\"42\"}",
                "remote=42 | {\"remote\":\"42\"}",
                "open=42 | {\"open\":\"42\"}",
                "unknown=42 | {\"unknown\":\"42\"}",
            })
    void sendsWhatTheSchemaWants(String pair, String json) {
        assertEquals(json, written(ToolArguments.parse(List.of(pair), null), TYPES));
    }

    @ParameterizedTest
    @CsvSource({"a=text,false", "a=,false", "a=tru,false", "a=01,false", "a=42,true", "a=true,true", "a=null,true"})
    void needsTheSchemaOnlyForWhatCanBeReadInTwoWays(String pair, boolean isNeeded) {
        assertEquals(isNeeded, ToolArguments.parse(List.of(pair), null).needTypes());
    }

    @Test
    void putsPairsOverTheWhole() {
        ToolArguments arguments = ToolArguments.parse(List.of("b=x"), "{\"a\": [1], \"b\": 2}");
        assertFalse(arguments.needTypes());
        assertEquals("{\"a\":[1],\"b\":\"x\"}", written(arguments, ArgumentTypes.UNKNOWN));
    }

    @Test
    void readsTheWholeFromAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("args.json"), "{\"a\": 1}\n");
        assertEquals("{\"a\":1}", written(ToolArguments.parse(List.of(), "@" + file), ArgumentTypes.UNKNOWN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "42", "{a:1}", "{\"a\":b}", "{\"a\":1", "{\"a\":1} x", "@/no/such/file"})
    void refusesAWholeThatIsNoObject(String args) {
        assertThrows(UsageException.class, () -> ToolArguments.parse(List.of(), args));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "=text", ""})
    void refusesWhatIsNoPair(String pair) {
        assertThrows(UsageException.class, () -> ToolArguments.parse(List.of(pair), null));
    }

    @Test
    void refusesANameThatIsGivenTwice() {
        UsageException refusal =
                assertThrows(UsageException.class, () -> ToolArguments.parse(List.of("a=1", "a=2"), null));
        assertTrue(String.valueOf(refusal.getMessage()).contains("argument a "));
    }

    @Test
    void describesTheSchema() {
        assertEquals("integer|null", TYPES.describe("optional"));
        assertEquals("any", TYPES.describe("open"));
        assertTrue(TYPES.isRequired("text"));
        assertFalse(TYPES.isRequired("count"));
        assertEquals(List.of("text", "count"), TYPES.names().subList(0, 2));
    }

    private static String written(ToolArguments arguments, ArgumentTypes types) {
        // As the library would: a null stays.
        StringBuilder json = new StringBuilder("{");
        arguments
                .typed(types)
                .forEach((name, value) -> json.append(json.length() == 1 ? "" : ",")
                        .append(Json.write(name, text -> text))
                        .append(':')
                        .append(Json.write(value, text -> text)));
        return json.append('}').toString();
    }
}
