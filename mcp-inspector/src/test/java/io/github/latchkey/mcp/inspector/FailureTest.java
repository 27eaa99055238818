package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.FailureDetails;
import io.github.latchkey.mcp.HttpAnswer;
import io.github.latchkey.mcp.HttpStatusException;
import io.github.latchkey.mcp.InsufficientScopeException;
import io.github.latchkey.mcp.JsonRpcError;
import io.github.latchkey.mcp.JsonRpcException;
import io.github.latchkey.mcp.Phase;
import io.github.latchkey.mcp.RawJson;
import io.github.latchkey.mcp.transport.HttpChallenge;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureTest {
    private static final String URL = "https://example.com/mcp";

    @ParameterizedTest
    @CsvSource({
        "UNAUTHORIZED,3",
        "AUTHORIZATION_FAILED,3",
        "FORBIDDEN,4",
        "INSUFFICIENT_SCOPE,4",
        "UNREACHABLE,5",
        "TLS,5",
        "TIMEOUT,6",
        "NOT_MCP,7",
        "PROTOCOL,7",
        "UNSUPPORTED_VERSION,7",
        "TOO_LARGE,7",
        "RATE_LIMITED,8",
        "SERVER_ERROR,8",
        "REJECTED,8",
        "JSONRPC,9",
        "SESSION_EXPIRED,9",
        "CLOSED,9"
    })
    void hasTheExitCodeOfItsErrorCode(ErrorCode code, int exitCode) {
        assertEquals(exitCode, ExitCode.of(code));
    }

    @Test
    void tellsTheMostTellingChallenge() {
        HttpAnswer answer = answer(403, "Negotiate, Bearer error=\"insufficient_scope\", scope=\"a b\"");
        InsufficientScopeException thrown =
                new InsufficientScopeException("HTTP 403", List.of("a", "b"), details(answer, null), null);
        assertEquals(
                "{\"code\":\"insufficient_scope\",\"phase\":\"request\",\"message\":\"HTTP 403\",\"remedy\":\"do better\","
                        + "\"url\":\"https://example.com/mcp\",\"status\":403,"
                        + "\"challenge\":{\"scheme\":\"Bearer\",\"parameters\":{\"error\":\"insufficient_scope\",\"scope\":\"a b\"}},"
                        + "\"missingScopes\":[\"a\",\"b\"]}",
                json(Failure.of(thrown)));
    }

    @Test
    void tellsTheErrorOfTheServer() {
        JsonRpcError error = new JsonRpcError(-32602, "no such tool", RawJson.parse("{\"name\":\"x\"}"));
        Failure failure = Failure.of(new JsonRpcException("refused", error, details(answer(200), null)));
        assertTrue(
                json(failure)
                        .endsWith(
                                "\"jsonrpc\":{\"code\":-32602,\"message\":\"no such tool\",\"data\":{\"name\":\"x\"}}}"),
                json(failure));
        assertEquals(9, failure.exitCode());
    }

    @Test
    void tellsWhenToComeBack() {
        FailureDetails details = details(answer(503), 7L);
        Failure failure = Failure.of(new HttpStatusException("HTTP 503", ErrorCode.SERVER_ERROR, details));
        assertTrue(json(failure).contains("\"retryAfterSeconds\":7"), json(failure));
        assertTrue(plain(failure).contains("  retry after:  7"), plain(failure).toString());
    }

    @Test
    void tellsADefectInOneSentence() {
        Failure failure = Failure.of(new IllegalStateException("one\ntwo"));
        assertEquals(1, failure.exitCode());
        assertEquals("internal", failure.code());
        assertEquals("this is a defect in latchkey: IllegalStateException: one; two", failure.message());
    }

    @Test
    void prefersTheRemedyOfTheCommandLine() {
        Failure failure = Failure.of(new UsageException("wrong", "see the help"));
        assertEquals("see the help", failure.withRemedy(null).remedy());
        assertEquals("sign in", failure.withRemedy("sign in").remedy());
        assertFalse(json(failure).contains("phase"));
    }

    private static String json(Failure failure) {
        return Json.write(failure.toJson(), text -> text);
    }

    private static FailureDetails details(HttpAnswer answer, @Nullable Long retryAfterSeconds) {
        return new FailureDetails(Phase.REQUEST, URL, "do better", answer, false, retryAfterSeconds);
    }

    private static HttpAnswer answer(int status, String... challenges) {
        return new HttpAnswer(status, Map.of(), HttpChallenge.parse(List.of(challenges)), null, null);
    }

    private static List<String> plain(Failure failure) {
        return failure.page().lines().stream().map(Line::plain).toList();
    }
}
