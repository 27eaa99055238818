package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.FormElicitation;
import io.github.latchkey.mcp.FormField;
import io.github.latchkey.mcp.RawJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a line means, for each kind of field. */
class FormAnswerTest {
    private static final String COLOURS =
            "\"oneOf\":[{\"const\":\"r\",\"title\":\"Red\"},{\"const\":\"g\",\"title\":\"Dark green\"}]";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'type':'string' | ` two words ` | ' two words '",
                "'type':'string' | `\"\"` | ''",
                "'type':'string' | say \"hi\" | 'say \\'hi\\''",
                "'type':'string','format':'email' | ` a@b.example ` | 'a@b.example'",
                "'type':'string','pattern':'^[a-z]+$' | abc | 'abc'",
                "'type':'string','pattern':'(' | any | 'any'",
                "'type':'integer' | ` 42 ` | 42",
                "'type':'integer','minimum':-1 | -1 | -1",
                "'type':'number' | 1.5e3 | 1.5e3",
                "'type':'boolean' | Y | true",
                "'type':'boolean' | no | false",
                "'type':'string','enum':['p','q'] | q | 'q'",
                "'type':'string','enum':['p','q'] | 2 | 'q'",
                "'type':'string','enum':['2','1'] | 1 | '1'",
                "'type':'string','enum':['p'],'enumNames':['Pea'] | pea | 'p'",
                "'type':'string',COLOURS | dark green | 'g'",
                "'type':'string',COLOURS | G | 'g'",
                "'type':'array','items':{'enum':['p','q','r']} | 1, r,1 | ['p','r']",
                "'type':'array','items':{'anyOf':[{'const':'p','title':'Pea'}]} | Pea | ['p']",
                "'type':'array','items':{'enum':['p']} | `\"\"` | []",
                "'type':'object' | {'a':1} | {'a':1}",
                "'type':'object' | words | 'words'",
            })
    void isThisValue(String schema, String line, String value) {
        FormAnswer answer = FormAnswer.of(field(schema), line.replace('\'', '"'), null);
        assertNull(answer.complaint());
        assertEquals(RawJson.parse(json(value)), answer.value());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'type':'string','minLength':3 | ab | 3 characters are the least",
                "'type':'string','maxLength':1 | ab | 1 characters are the most",
                "'type':'string','format':'email' | nobody | no e-mail address",
                "'type':'string','format':'uri' | nowhere | no URI",
                "'type':'string','format':'date' | 2026-02-30 | no date",
                "'type':'string','format':'date-time' | 2026-02-03 | no date with a time",
                "'type':'string','pattern':'^[a-z]+$' | AB | does not match ^[a-z]+$",
                "'type':'integer' | 1.5 | is no integer",
                "'type':'integer' | 1.0e-1 | no integer",
                "'type':'integer' | 05 | not a whole number",
                "'type':'integer','minimum':2 | 1 | 2 is the least",
                "'type':'number' | 1,5 | not a number",
                "'type':'number','maximum':2 | 2.5 | 2 is the most",
                "'type':'boolean' | maybe | neither yes nor no",
                "'type':'string','enum':['p','q'] | 3 | none of the choices: '3'",
                "'type':'string',COLOURS | blue | none of the choices: 'blue'",
                "'type':'array','items':{'enum':['p','q']},'minItems':2 | p | 2 are the least",
                "'type':'array','items':{'enum':['p','q']},'maxItems':1 | p,q | 1 are the most",
                "'type':'array','items':{'enum':['p','q']} | p,x | none of the choices: 'x'",
            })
    void isNoAnswer(String schema, String line, String complaint) {
        FormAnswer answer = FormAnswer.of(field(schema), line, null);
        assertNull(answer.value());
        assertTrue(String.valueOf(answer.complaint()).contains(complaint), answer::toString);
    }

    @Test
    void anEmptyLineTakesWhatIsGiven() {
        assertEquals(
                RawJson.parse("7"),
                FormAnswer.of(field("'type':'integer'"), " ", RawJson.parse("7"))
                        .value());
    }

    @Test
    void anEmptyLineLeavesOutWhatIsOptional() {
        assertEquals(new FormAnswer(null, null), FormAnswer.of(field("'type':'integer'"), "", null));
    }

    @Test
    void anEmptyLineIsNoAnswerToWhatIsRequired() {
        String form = "{\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"]}";
        FormField field =
                new FormElicitation("m", RawJson.parse(form)).getFields().get(0);
        assertEquals(
                "is empty, and an answer is required",
                FormAnswer.of(field, "", null).complaint());
    }

    private static FormField field(String schema) {
        String form = "{\"properties\":{\"a\":{" + json(schema) + "}}}";
        return new FormElicitation("m", RawJson.parse(form)).getFields().get(0);
    }

    private static String json(String text) {
        return text.replace("\\'", "\\\"").replace('\'', '"').replace("COLOURS", COLOURS);
    }
}
