package io.github.latchkey.mcp.inspector.doctor;

import java.util.Locale;

/** What can be wrong. The names are stable; {@code docs/doctor.md} explains each. */
public enum Cause {
    NONE(Fault.NOBODY),

    PROXY_SETTING(Fault.OPTIONS),
    PROXY_UNREACHABLE(Fault.NETWORK),
    PROXY_CREDENTIALS(Fault.OPTIONS),
    PROXY_REFUSED(Fault.NETWORK),

    DNS(Fault.OPTIONS),
    CONNECTION_REFUSED(Fault.SERVER),
    NO_ROUTE(Fault.NETWORK),
    CONNECT_TIMEOUT(Fault.NETWORK),
    CONNECTION_LOST(Fault.SERVER),

    TLS_UNTRUSTED(Fault.SERVER),
    TLS_EXPIRED(Fault.SERVER),
    TLS_NOT_YET_VALID(Fault.SERVER),
    TLS_WRONG_HOST(Fault.SERVER),
    TLS_NOT_SPOKEN(Fault.OPTIONS),
    TLS_EXPECTED(Fault.OPTIONS),
    TLS_CLIENT_CERTIFICATE(Fault.OPTIONS),
    TLS_HANDSHAKE(Fault.SERVER),

    HTTPS_REDIRECT(Fault.OPTIONS),
    LOGIN_REDIRECT(Fault.NETWORK),
    REDIRECTED(Fault.OPTIONS),
    WRONG_PATH(Fault.OPTIONS),
    POST_NOT_ALLOWED(Fault.OPTIONS),
    LOGIN_PAGE(Fault.NETWORK),
    WEB_PAGE(Fault.OPTIONS),
    EMPTY_ANSWER(Fault.SERVER),
    WRONG_CONTENT_TYPE(Fault.SERVER),
    BROKEN_JSON(Fault.SERVER),
    ANSWER_BROKE_OFF(Fault.NETWORK),
    PROTOCOL_VIOLATION(Fault.SERVER),
    NOT_HTTP(Fault.OPTIONS),
    TOO_LARGE(Fault.SERVER),
    SILENT(Fault.SERVER),
    FORBIDDEN(Fault.SERVER),
    BLOCKED(Fault.NETWORK),
    RATE_LIMITED(Fault.SERVER),
    BAD_GATEWAY(Fault.NETWORK),
    SERVER_ERROR(Fault.SERVER),

    VERSION_NARROWED(Fault.OPTIONS),
    VERSION_CONTRADICTION(Fault.SERVER),
    VERSION_UNSUPPORTED(Fault.SERVER),
    HANDSHAKE_REFUSED(Fault.SERVER),
    SESSION_LOST(Fault.SERVER),
    STREAM_FAILED(Fault.SERVER),
    STREAM_BUFFERED(Fault.NETWORK),

    SIGN_IN_NOT_DESCRIBED(Fault.SERVER),
    SIGN_IN_NEEDED(Fault.OPTIONS),
    DISCOVERY_BLOCKED(Fault.NETWORK),
    METADATA_IS_HTML(Fault.SERVER),
    METADATA_BROKEN(Fault.SERVER),
    RESOURCE_MISMATCH(Fault.SERVER),
    ISSUER_MISMATCH(Fault.AUTHORIZATION_SERVER),
    SERVER_METADATA_MISSING(Fault.AUTHORIZATION_SERVER),
    UNSAFE_URL(Fault.SERVER),
    AUTHORIZATION_SERVER_UNREACHABLE(Fault.AUTHORIZATION_SERVER),
    PKCE_MISSING(Fault.AUTHORIZATION_SERVER),
    REGISTRATION_IMPOSSIBLE(Fault.OPTIONS),
    REGISTRATION_REFUSED(Fault.AUTHORIZATION_SERVER),
    REDIRECT_URI_REFUSED(Fault.AUTHORIZATION_SERVER),
    CLIENT_UNKNOWN(Fault.OPTIONS),
    SCOPE_REFUSED(Fault.OPTIONS),
    CONSENT_DENIED(Fault.OPTIONS),
    BROWSER_FAILED(Fault.CLIENT),
    AUTHORIZATION_RESPONSE(Fault.AUTHORIZATION_SERVER),
    SIGN_IN_TIMEOUT(Fault.OPTIONS),
    TOKEN_REQUEST_FAILED(Fault.AUTHORIZATION_SERVER),
    REFRESH_REVOKED(Fault.OPTIONS),

    CLOCK_SKEW(Fault.CLIENT),
    AUDIENCE_MISMATCH(Fault.AUTHORIZATION_SERVER),
    TOKEN_EXPIRED(Fault.OPTIONS),
    BEARER_REFUSED(Fault.OPTIONS),
    TOKEN_REFUSED(Fault.SERVER),
    INSUFFICIENT_SCOPE(Fault.OPTIONS),

    COMMAND_NOT_FOUND(Fault.OPTIONS),
    PROCESS_EXITED(Fault.SERVER),
    STDOUT_NOISE(Fault.SERVER),

    OTHER(Fault.SERVER);

    private final Fault fault;

    Cause(Fault fault) {
        this.fault = fault;
    }

    /** The name in JSON, such as {@code tls_untrusted}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Who can mend it, most likely. */
    public Fault fault() {
        return fault;
    }

    /** This, said in a sentence or two. */
    Verdict because(String message, String remedy) {
        return new Verdict(this, fault, message, remedy);
    }

    /** The same where it is somebody else who can mend it. */
    Verdict because(Fault other, String message, String remedy) {
        return new Verdict(this, other, message, remedy);
    }
}
