package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NearestTest {
    private static final List<String> NAMES = List.of("get-sum", "get-tiny-image", "echo", "search", "resources");

    @ParameterizedTest
    @CsvSource({
        "get-summ, get-sum",
        "GET-SUM, get-sum",
        "ehco, echo",
        "sum, get-sum",
        "image, get-tiny-image",
        "get, get-sum or get-tiny-image",
        "resource, resources",
        "nothing, ''",
        "x, ''",
    })
    void findsWhatWasMeant(String typed, String meant) {
        assertEquals(meant, String.join(" or ", Nearest.to(typed, NAMES)));
    }
}
