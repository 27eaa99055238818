package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.latchkey.mcp.RawJson;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void leavesOutMembersThatAreNull() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("a", null);
        map.put("b", List.of());
        map.put("c", Map.of());
        assertEquals("{\"b\":[],\"c\":{}}", written(map));
    }

    @Test
    void keepsNullInArraysAndInJsonOfOthers() {
        assertEquals("[1,null]", written(Arrays.asList(1, null)));
        assertEquals("{\"a\":null}", written(RawJson.parse("{ \"a\" : null }")));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"plain,plain", "a\"b,a\\\"b", "a\\b,a\\\\b", "é☃,é☃"})
    void escapesStrings(String text, String escaped) {
        assertEquals('"' + escaped + '"', written(text));
    }

    @Test
    void escapesWhatTerminalsAndLinesCannotBear() {
        assertEquals("\"\\n\\r\\t\\u0000\\u001b\\u007f\\u009b\\u2028\"", written("\n\r\t\0\u001b\u007f\u009b\u2028"));
    }

    @Test
    void escapesHalvesOfPairs() {
        assertEquals("\"\uD83D\uDE00\"", written("\uD83D\uDE00"));
        assertEquals("\"\\ud83d\"", written("\uD83D"));
        assertEquals("\"\\ude00a\"", written("\uDE00a"));
        assertEquals("\"\\ud83da\"", written("\uD83Da"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"12345678901234567890", "0.10", "1e400", "true", "\"true\"", "[[],{\"a\":[1,2]}]"})
    void keepsJsonOfOthersAsItIs(String json) {
        assertEquals(json, written(RawJson.parse(json)));
    }

    @Test
    void redactsEveryStringAndNothingElse() {
        String json = Json.write(
                Map.of("true", List.of(true, "is true", RawJson.parse("{\"x\":\"true\"}"))),
                text -> text.replace("true", "***"));
        assertEquals("{\"***\":[true,\"is ***\",{\"x\":\"***\"}]}", json);
    }

    private static String written(Object value) {
        return Json.write(value, text -> text);
    }
}
