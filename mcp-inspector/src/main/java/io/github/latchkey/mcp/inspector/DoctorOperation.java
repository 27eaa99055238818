package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.McpEvents;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.auth.TokenClaims;
import io.github.latchkey.mcp.http.HttpTransportOptions;
import io.github.latchkey.mcp.inspector.doctor.Findings;
import io.github.latchkey.mcp.inspector.doctor.NetworkFacts;
import io.github.latchkey.mcp.inspector.doctor.NetworkProbe;
import io.github.latchkey.mcp.inspector.doctor.SessionFacts;
import io.github.latchkey.mcp.inspector.doctor.Subject;
import io.github.latchkey.mcp.inspector.doctor.Trail;
import io.github.latchkey.mcp.transport.Authorizer;
import io.github.latchkey.mcp.transport.BearerToken;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code latchkey doctor}: every step from the name of the host to the lists of the server, and what is wrong with the first that failed. */
@Command(
        name = "doctor",
        description =
                "Walks the way to a server step by step, and says what is wrong, whose fault it is and what to do.",
        footer = {
            "",
            "With --json, 'result' has 'steps' and a 'verdict' with 'cause', 'fault', 'message' and 'remedy', also when",
            "something is wrong; then 'error' in it is what another command would report. The exit code is 0 if the",
            "server can be used, else that of the failure: see 'latchkey --help'. Where only a person's sign-in is",
            "missing, the cause is sign_in_needed and the exit code 3.",
            "",
            "Examples:",
            "  latchkey doctor everything",
            "  latchkey doctor https://mcp.example.com/mcp",
            "  latchkey doctor https://mcp.example.com/mcp --login --json",
            "  latchkey doctor stdio: -- npx some-server"
        })
final class DoctorOperation extends SessionOperation {
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(5);

    @Option(
            names = "--login",
            description = "Sign in if the server asks for it. Without it the doctor stops where a person is needed.")
    boolean isLogin;

    private final Trail trail = new Trail();
    private final SessionFacts facts = new SessionFacts();
    private @Nullable NetworkFacts seen;

    @Override
    boolean hearsServer() {
        return true;
    }

    @Override
    McpEvents listener(SessionReport report) {
        return trail;
    }

    @Override
    void check() {
        if (isLogin && credentials.isNonInteractive) throw exclude("--non-interactive");
        if (isLogin && credentials.bearer != null) throw exclude("--bearer");
        if (!isLogin && (credentials.isWithoutBrowser || credentials.openBrowserCommand != null)) {
            throw new UsageException("how to show a page is of use with --login only", "add --login to sign in");
        }
        if (!isLogin) credentials.isNonInteractive = true;
    }

    private static UsageException exclude(String option) {
        return new UsageException("--login and " + option + " exclude each other", "leave out one of them");
    }

    @Override
    @Nullable
    Authorizer newAuthorizer(Invocation invocation) {
        if (credentials.bearer != null) return new BearerToken(credentials.bearer.value());
        return SignIn.oauth(credentials, invocation);
    }

    @Override
    void before(Invocation invocation) {
        if (isProcess()) return;
        seen = probe().run(networkOptions());
    }

    private NetworkProbe probe() {
        Duration limit =
                server.timeout == null || server.timeout.compareTo(PROBE_LIMIT) > 0 ? PROBE_LIMIT : server.timeout;
        return new NetworkProbe(address(), limit);
    }

    private HttpTransportOptions networkOptions() {
        HttpTransportOptions.Builder http = new HttpTransportOptions.Builder();
        try {
            network.apply(http);
            return http.build();
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), "correct the option");
        }
    }

    @Override
    Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation) {
        McpException failure = new DoctorRounds(session, trail, facts, invocation).make(isProcess());
        return outcome(failure);
    }

    @Override
    Outcome failed(McpException failure, Invocation invocation) {
        if (seen != null && mayExpectTls(failure, seen)) seen = seen.withTls(probe().findTls(seen));
        return outcome(failure);
    }

    /** The server hung up, or did not understand a word: perhaps it waited for TLS. */
    private static boolean mayExpectTls(McpException failure, NetworkFacts network) {
        boolean isMute = failure.getStatus() == null
                && (failure.getCode() == ErrorCode.UNREACHABLE || failure.getCode() == ErrorCode.PROTOCOL);
        boolean isBadRequest = failure.getStatus() != null && failure.getStatus() == 400;
        return network.scheme().equalsIgnoreCase("http") && (isMute || isBadRequest);
    }

    private Outcome outcome(@Nullable McpException failure) {
        Findings findings = new Findings(subject(), seen, trail, facts, failure, Instant.now());
        return DoctorReport.of(findings, remedyOf(failure));
    }

    private @Nullable String remedyOf(@Nullable McpException failure) {
        return failure == null ? null : remedy(failure);
    }

    private Subject subject() {
        TokenClaims claims = credentials.bearer == null ? null : TokenClaims.parseOrNull(credentials.bearer.value());
        return new Subject(address(), isProcess(), isLogin, credential(), server.protocol != null, claims);
    }

    private Subject.Credential credential() {
        if (credentials.bearer != null) return Subject.Credential.BEARER;
        return !isProcess() && isAuthorizationGiven() ? Subject.Credential.HEADER : Subject.Credential.NONE;
    }
}
