package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.latchkey.mcp.RawJson;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ArgumentProblemsTest {
    private static final RawJson SCHEMA = RawJson.parse("""
            {"type": "object", "additionalProperties": false, "required": ["query", "limit"], "properties": {
              "query": {"type": "string", "pattern": "^[a-z]+$"},
              "limit": {"type": "integer", "minimum": 1},
              "sort": {"enum": ["up", "down"]},
              "where": {"type": "array", "items": {"type": "object", "required": ["field"]}}}}""");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"query\": \"a\", \"limit\": 1} | ``",
                "{\"query\": \"a\"} | limit is missing",
                "{} | limit is missing; query is missing",
                "{\"query\": \"a\", \"limit\": \"x\"} | limit is string, and should be integer",
                "{\"query\": \"a\", \"limit\": 0} | limit: 0 is less than 1",
                "{\"query\": \"A\", \"limit\": 1} | query: \"A\" does not match regular expression [^[a-z]+$]",
                "{\"query\": \"a\", \"limit\": 1, \"sort\": \"left\"} | sort is none of up, down",
                "{\"query\": \"a\", \"limit\": 1, \"where\": [{}]} | where/0/field is missing",
                "{\"query\": \"a\", \"limt\": 1} | limit is missing; limt is no argument of it (did you mean 'limit'?)",
                "{\"query\": \"a\", \"limit\": 1, \"zzzzzz\": 1} | zzzzzz is no argument of it",
            })
    void namesEveryMistakeAndItsPlace(String arguments, String problems) {
        Map<String, Object> given = Map.copyOf(RawJson.parse(arguments).toObject());
        assertEquals(problems, String.join("; ", sorted(ArgumentProblems.find(SCHEMA, given))));
    }

    @Test
    void aSchemaElsewhereIsNotFetched() {
        RawJson schema = RawJson.parse("{\"$ref\": \"http://127.0.0.1:1/schema.json\"}");
        assertThrows(IllegalArgumentException.class, () -> ArgumentProblems.find(schema, Map.of()));
    }

    private static List<String> sorted(List<String> problems) {
        return problems.stream().sorted().toList();
    }
}
