package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:8080/mcp",
                "https://example.com/mcp?tenant=1",
                "HTTPS://example.com",
                "http://[::1]:80/mcp",
                "http://my_container:3000/mcp"
            })
    void takesHttpUrlsAsTheyAre(String url) {
        assertEquals(url, ServerAddress.parse(url).url());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "example.com,is no URL",
                "localhost:8080,is no URL",
                "/mcp,is no URL",
                "``,is no URL",
                "ftp://example.com/mcp,'ftp' is not supported",
                "http:///mcp,has no host",
                "http://example.com:99999/mcp,no valid host and port",
                "http://exa mple.com/,is no URL",
                "http://example.com/#x,has a fragment"
            })
    void saysWhatIsWrongWithOthers(String text, String message) {
        assertTrue(refusal(text).contains(message), refusal(text));
    }

    @Test
    void doesNotRepeatAPassword() {
        assertFalse(refusal("https://user:password@example.com/").contains("password@"));
    }

    private static String refusal(String text) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> ServerAddress.parse(text))
                .getMessage());
    }
}
