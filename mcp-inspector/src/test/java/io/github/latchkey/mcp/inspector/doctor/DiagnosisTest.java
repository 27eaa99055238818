package io.github.latchkey.mcp.inspector.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.FailureDetails;
import io.github.latchkey.mcp.HttpAnswer;
import io.github.latchkey.mcp.HttpExchangeEvent;
import io.github.latchkey.mcp.HttpStatusException;
import io.github.latchkey.mcp.JsonRpcError;
import io.github.latchkey.mcp.JsonRpcException;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.MessageTooLargeException;
import io.github.latchkey.mcp.Phase;
import io.github.latchkey.mcp.RequestTimeoutException;
import io.github.latchkey.mcp.TlsException;
import io.github.latchkey.mcp.UnreachableException;
import io.github.latchkey.mcp.inspector.doctor.SessionFacts.Handshake;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What no server in a test can bring about, and what no rule knows. */
class DiagnosisTest {
    private static final String URL = "https://mcp.example/mcp";

    private final Trail trail = new Trail();
    private final SessionFacts session = new SessionFacts();
    private @Nullable NetworkFacts network = new NetworkFacts(
            "https",
            "mcp.example",
            443,
            null,
            null,
            new NetworkFacts.Dns("mcp.example", List.of("192.0.2.1"), 1, null),
            new NetworkFacts.Tcp("192.0.2.1", 443, Map.of(), 1),
            null);

    @Test
    void thereIsNoRoute() {
        assertEquals(Cause.NO_ROUTE, cause(unreachable(new NoRouteToHostException("No route to host"))));
        assertEquals(Cause.NO_ROUTE, cause(unreachable(new ConnectException("Network is unreachable"))));
    }

    @Test
    void theProxyOfTheProcessMakesNoSense() {
        network = new NetworkFacts(
                "https", "mcp.example", 443, null, "HTTPS_PROXY must begin with http://", null, null, null);
        assertEquals(Cause.PROXY_SETTING, cause(unreachable(null)));
    }

    @Test
    void theHandshakeFailsForOtherReasons() {
        Throwable alert = new SSLHandshakeException("Received fatal alert: handshake_failure");
        assertEquals(Cause.TLS_HANDSHAKE, cause(new TlsException("no TLS", details(Phase.CONNECT, null), alert)));
        assertEquals(
                Cause.TLS_HANDSHAKE,
                cause(new RequestTimeoutException("late", "tls handshake", 1, details(Phase.CONNECT, null), null)));
    }

    @Test
    void aMessageIsTooLarge() {
        assertEquals(
                Cause.TOO_LARGE,
                cause(new MessageTooLargeException("too large", "maxMessageBytes", 9, details(Phase.REQUEST, null))));
    }

    @Test
    void nobodyFinishesTheSignIn() {
        McpException failure =
                new RequestTimeoutException("nobody", "sign-in", 1, details(Phase.AUTHORIZE, null), null);
        assertEquals(Cause.SIGN_IN_TIMEOUT, cause(failure));
    }

    @Test
    void theServerAgreesOnARevisionAndRefusesIt() {
        session.connected(new Handshake("2026-07-28", true, "s 1", List.of("tools")));
        JsonRpcError error = new JsonRpcError(JsonRpcError.UNSUPPORTED_PROTOCOL_VERSION, "no", null);
        assertEquals(
                Cause.VERSION_CONTRADICTION, cause(new JsonRpcException("no", error, details(Phase.REQUEST, null))));
    }

    @Test
    void aClockThatIsWrongIsToldEvenIfAllWorks() {
        session.connected(new Handshake("2026-07-28", true, "s 1", List.of()));
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().minusSeconds(900).atOffset(ZoneOffset.UTC));
        HttpAnswer answer = new HttpAnswer(200, Map.of("date", date));
        trail.onEvent(new HttpExchangeEvent("POST", URL, "server/discover", 200, null, 1, answer));
        Verdict verdict = Diagnosis.of(findings(null));
        assertEquals(Cause.CLOCK_SKEW, verdict.cause());
        assertEquals("it works, but the clock of the server is 15 minutes behind the clock here", verdict.message());
    }

    @Test
    void whatNoRuleKnowsIsToldAsItIs() {
        JsonRpcError error = new JsonRpcError(-32603, "boom", null);
        Verdict verdict =
                Diagnosis.of(findings(new JsonRpcException("it said boom", error, details(Phase.REQUEST, null))));
        assertEquals(Cause.OTHER, verdict.cause());
        assertEquals("it said boom", verdict.message());
        assertEquals("do something", verdict.remedy());
    }

    /** Every code has a verdict of its own words, whatever the other facts are. */
    @Test
    void everyCodeHasAVerdict() {
        for (ErrorCode code : ErrorCode.getEntries()) {
            for (Phase phase : Phase.getEntries()) {
                for (int status : new int[] {0, 200, 302, 400, 403, 404, 500, 503}) {
                    HttpAnswer answer = status == 0 ? null : new HttpAnswer(status);
                    McpException failure = new HttpStatusException("failed", code, details(phase, answer));
                    Verdict verdict = Diagnosis.of(findings(failure));
                    assertFalse(verdict.message().isBlank() || verdict.remedy().isBlank(), code + " " + phase);
                    assertFalse(Walk.of(findings(failure)).isEmpty(), code + " " + phase);
                }
            }
        }
    }

    private Cause cause(McpException failure) {
        return Diagnosis.of(findings(failure)).cause();
    }

    private Findings findings(@Nullable McpException failure) {
        Subject subject = new Subject(URL, false, false, Subject.Credential.NONE, false, null);
        return new Findings(subject, network, trail, session, failure, Instant.now());
    }

    private static McpException unreachable(@Nullable Throwable cause) {
        return new UnreachableException("cannot reach it", details(Phase.CONNECT, null), cause);
    }

    private static FailureDetails details(Phase phase, @Nullable HttpAnswer answer) {
        return new FailureDetails(phase, URL, "do something", answer);
    }
}
