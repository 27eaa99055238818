package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.ClientOptions;
import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.Implementation;
import io.github.latchkey.mcp.McpClientFutures;
import io.github.latchkey.mcp.McpEvents;
import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.McpSessionFutures;
import io.github.latchkey.mcp.Phase;
import io.github.latchkey.mcp.auth.AuthorizationFailedException;
import io.github.latchkey.mcp.auth.TokenStoreException;
import io.github.latchkey.mcp.http.HttpTransportOptions;
import io.github.latchkey.mcp.http.StreamableHttpTransport;
import io.github.latchkey.mcp.inspector.Converters.Header;
import io.github.latchkey.mcp.transport.Authorizer;
import io.github.latchkey.mcp.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** A command that connects to a server, does one thing there and closes the session. */
abstract class SessionOperation extends Operation {
    @Mixin
    final ServerOptions server = new ServerOptions();

    @Mixin
    final NetworkOptions network = new NetworkOptions();

    @Mixin
    final CredentialOptions credentials = new CredentialOptions();

    @Mixin
    final RootOptions roots = new RootOptions();

    /** Looks at the options before anything is sent; throws {@link UsageException}. */
    void check() {}

    /** Whether the command is about a sign-in, which only a server at an address has. */
    boolean signsIn() {
        return false;
    }

    /** Whether the command is about what the server sends of its own accord. */
    boolean hearsServer() {
        return false;
    }

    /** Does what the command is for. The session is closed afterwards. */
    abstract Outcome use(McpSessionFutures session, SessionReport report, Invocation invocation);

    /** Looks around before anything is sent, when the options have been looked at. */
    void before(Invocation invocation) {}

    /** What comes of it if there is no session, or {@link #use} failed. */
    Outcome failed(McpException failure, Invocation invocation) {
        throw failure;
    }

    /** Who hears what happens, {@code report} among them. */
    McpEvents listener(SessionReport report) {
        return report;
    }

    /** Null if a 401 is told at once. Throws {@link IllegalArgumentException} for options that cannot be. */
    @Nullable
    Authorizer newAuthorizer(Invocation invocation) {
        return SignIn.authorizer(credentials, address(), invocation);
    }

    /** Set by {@link #run}. */
    @SuppressWarnings("NullAway.Init")
    private Target target;

    /** Whether the server is a process that is started here. */
    boolean isProcess() {
        return target.process() != null;
    }

    /** The URL, or the command line of a server that is started. */
    String address() {
        return target.shown();
    }

    @Override
    final Outcome run(Invocation invocation) {
        target = Target.of(server.server, invocation);
        if (signsIn()) target.requireAddress();
        hideSecrets(invocation.console().redaction());
        credentials.check();
        network.check();
        roots.check();
        check();
        before(invocation);
        Questions questions = questions(invocation.console());
        SessionReport report = new SessionReport(credentials.bearer != null);
        long start = System.nanoTime();
        try (McpSessionFutures session = invocation.await(
                McpClientFutures.connect(transport(invocation), clientOptions(invocation, report, questions)))) {
            report.connected((System.nanoTime() - start) / 1_000_000);
            Implementation self = session.getServer().getServerInfo();
            if (self != null) questions.nameServer(self.getTitle() == null ? self.getName() : self.getTitle());
            invocation.onInterrupt(session::close);
            return use(session, report, invocation);
        } catch (McpException e) {
            return failed(e, invocation);
        }
    }

    @Override
    @Nullable
    String remedy(McpException failure) {
        if (failure instanceof TokenStoreException broken) return StoreOperation.storeRemedy(broken);
        if (failure instanceof AuthorizationFailedException && failure.getCause() instanceof IOException) {
            return "use --no-browser, or name a browser with --open-browser-command, or give a token with --bearer";
        }
        if (failure.getCode() == ErrorCode.TIMEOUT && failure.getPhase() != Phase.AUTHORIZE) {
            return "check that the server is up and answers; if it needs longer, allow it with --timeout";
        }
        if (failure.getCode() != ErrorCode.UNAUTHORIZED) return null;
        if (credentials.bearer != null)
            return "the server refused the token of --bearer: use another, or leave it out to sign in";
        if (credentials.isNonInteractive)
            return "leave out --non-interactive to sign in with a browser, or give a token with --bearer";
        return "give a token with --bearer: the server does not say where to sign in";
    }

    private void hideSecrets(Redaction redaction) {
        credentials.hideSecrets(redaction);
        network.hideSecrets(redaction);
        server.headers.forEach(header -> redaction.hideIfSensitive(header.name(), header.value()));
        target.headers().forEach(redaction::hideIfSensitive);
        if (target.address() != null) target.address().parameters().forEach(redaction::hideIfSensitive);
    }

    private Transport transport(Invocation invocation) {
        if (target.process() != null) return target.process();
        HttpTransportOptions.Builder http = new HttpTransportOptions.Builder();
        try {
            target.headers().forEach(http::header);
            for (Header header : server.headers) http.header(header.name(), header.value());
            network.apply(http);
            http.authorizer(authorizer(invocation)).serverStream(hearsServer());
            Duration timeout = server.timeout;
            if (timeout != null) http.connectTimeoutMillis(Math.min(timeout.toMillis(), 10_000));
            return new StreamableHttpTransport(address(), http.build());
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), "correct the option");
        }
    }

    /** Somebody who sends an Authorization header has signed in already. */
    private @Nullable Authorizer authorizer(Invocation invocation) {
        return isAuthorizationGiven() ? null : newAuthorizer(invocation);
    }

    boolean isAuthorizationGiven() {
        return server.headers.stream().anyMatch(header -> header.name().equalsIgnoreCase("Authorization"))
                || target.headers().keySet().stream().anyMatch("Authorization"::equalsIgnoreCase);
    }

    private Questions questions(Console console) {
        boolean isPersonThere =
                !credentials.isNonInteractive && console.terminal().canAsk();
        try {
            return new Questions(console, isPersonThere, address(), SignIn.browser(credentials));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), "correct --open-browser-command");
        }
    }

    private ClientOptions clientOptions(Invocation invocation, SessionReport report, Questions questions) {
        ClientOptions.Builder options = new ClientOptions.Builder()
                .clientInfo(new Implementation("latchkey", Version.text()))
                .protocolVersions(server.versions())
                .events(invocation.eventsAfter(listener(report)));
        questions.declare(options);
        roots.declare(options);
        Duration timeout = server.timeout;
        if (timeout == null) return options.build();
        long millis = timeout.toMillis();
        return options.connectTimeoutMillis(millis)
                .requestTimeoutMillis(millis)
                .absoluteTimeoutMillis(millis)
                .build();
    }
}
