package io.github.latchkey.mcp.inspector.doctor;

import io.github.latchkey.mcp.auth.TokenClaims;
import org.jspecify.annotations.Nullable;

/**
 * What is looked at, and with which options.
 *
 * @param shown the URL, or the command of a server that is started
 * @param signsIn whether a person may be asked to sign in
 * @param narrowsVersions whether the options name a revision
 * @param claims of the token of the options; null if there is none, or it cannot be read
 */
public record Subject(
        String shown,
        boolean isStdio,
        boolean signsIn,
        Credential credential,
        boolean narrowsVersions,
        @Nullable TokenClaims claims) {
    /** What the options send along. */
    public enum Credential {
        NONE,
        BEARER,
        HEADER
    }
}
