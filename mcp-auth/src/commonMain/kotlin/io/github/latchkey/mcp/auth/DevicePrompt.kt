package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.McpException
import kotlin.time.Instant

/** Tells a person to sign in on another device (RFC 8628 §3.3). */
public interface DevicePrompt {
    /**
     * Shows [authorization] until it is cancelled, or just once: the sign-in goes on by itself, and cancels this when it is over. Throwing
     * ends the sign-in.
     */
    public suspend fun show(authorization: DeviceAuthorization)

    /** Tells the person how the sign-in ended; [failure] is null if it succeeded. */
    public suspend fun report(failure: McpException?) {}
}

/**
 * What the person has to do (RFC 8628 §3.2). Its [toString] leaves out the code: whoever enters it signs this program in.
 *
 * @property verificationUri where to go: `https`, or `http` on this machine
 * @property userCode what to enter there
 * @property verificationUriComplete the same with the code in it, for a link or a QR code; null if there is none
 * @property expiresAt when the code ends
 */
public class DeviceAuthorization(
    public val verificationUri: String,
    public val userCode: String,
    public val verificationUriComplete: String?,
    public val expiresAt: Instant,
) {
    override fun toString(): String = "DeviceAuthorization(verificationUri=$verificationUri, expiresAt=$expiresAt)"
}
