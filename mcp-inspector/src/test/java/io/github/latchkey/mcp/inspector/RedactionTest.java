package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

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
}
