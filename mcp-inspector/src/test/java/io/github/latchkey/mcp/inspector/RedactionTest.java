package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedactionTest {
    private final Redaction redaction = new Redaction();

    @Test
    void hidesEveryOccurrence() {
        redaction.hide("secret");
        assertEquals("***, ***s", redaction.apply("secret, secrets"));
    }

    @Test
    void hidesTheWholeOfASecretThatBeginsWithAnother() {
        redaction.hide("secret");
        redaction.hide("secret-and-more");
        assertEquals("***", redaction.apply("secret-and-more"));
    }

    @Test
    void leavesWordsAloneThatAreTooShortForASecret() {
        redaction.hide("to");
        redaction.hide("");
        assertEquals("to and fro", redaction.apply("to and fro"));
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization,Bearer secret-token,true",
        "X-Api-Key,secret-token,true",
        "Cookie,secret-token,true",
        "api_key,secret-token,true",
        "Accept-Language,secret-token,false"
    })
    void hidesWhatTheNameCallsASecret(String name, String value, boolean isHidden) {
        redaction.hideIfSensitive(name, value);
        assertEquals(isHidden ? "it is ***" : "it is secret-token", redaction.apply("it is secret-token"));
    }
}
