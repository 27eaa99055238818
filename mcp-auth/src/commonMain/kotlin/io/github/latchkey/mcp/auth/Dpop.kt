package io.github.latchkey.mcp.auth

/**
 * Whether tokens are bound to a key of ours (RFC 9449). A bound token is never sent as a bearer token.
 * Whatever this says, an authorization server whose metadata name no algorithm in `dpop_signing_alg_values_supported` knows nothing of DPoP.
 */
public enum class Dpop {
    /** Never. */
    OFF,

    /** If the MCP server asks for it by a `DPoP` challenge. */
    WHEN_CHALLENGED,

    /** Wherever the authorization server supports it. Should it answer with a bearer token all the same, that is used as one. */
    WHEN_SUPPORTED,

    /** Always: the sign-in fails where it is not supported, and a bearer token is refused. */
    REQUIRED,
}

/** What the `aud` of a client's assertion names: servers differ, and the drafts with them. */
public enum class AssertionAudience {
    /** The issuer of the authorization server (draft-ietf-oauth-rfc7523bis §4). */
    ISSUER,

    /** Its token endpoint (RFC 7523 §3). */
    TOKEN_ENDPOINT,
}
