package io.github.latchkey.mcp.test

import java.time.Clock
import java.time.Instant

/** The device codes of one authorization server (RFC 8628). */
internal class DeviceCodes(private val clock: Clock, private val intervalSeconds: Long) {
    private val lock = Any() // guards codes and their state
    private val codes = HashMap<String, DeviceCode>()

    fun add(grant: Grant): DeviceCode {
        val code = DeviceCode(randomToken(), userCode(), grant, clock.instant().plusSeconds(LIFE_SECONDS))
        synchronized(lock) { codes[code.deviceCode] = code }
        return code
    }

    /** The person enters [userCode] and decides. */
    fun decide(userCode: String, isApproved: Boolean) {
        synchronized(lock) {
            val code = codes.values.firstOrNull { it.userCode == userCode } ?: throw AssertionError("no such user code")
            code.isApproved = isApproved
        }
    }

    /** What is granted to [deviceCode], which is used up with this; throws [OAuthFailure] (RFC 8628 §3.5). */
    fun use(deviceCode: String, clientId: String, consent: Consent): Grant =
        synchronized(lock) {
            val code = codes[deviceCode]?.takeIf { it.grant.clientId == clientId } ?: refuse("invalid_grant", "unknown device code")
            val now = clock.instant()
            val isTooSoon = code.polledAt?.let { now < it.plusSeconds(intervalSeconds).minusMillis(TOLERANCE_MILLIS) } ?: false
            code.polledAt = now
            if (isTooSoon) refuse("slow_down", "asked again before the interval was over")
            if (code.expiresAt <= now) refuseExpected("expired_token", "the device code has expired")
            val isApproved = code.isApproved ?: (consent == Consent.APPROVE).takeIf { consent != Consent.LOGIN_PAGE }
            when (isApproved) {
                null -> refuseExpected("authorization_pending", "nobody has decided yet")
                false -> refuseExpected("access_denied", "denied")
                true -> codes.remove(deviceCode)
            }
            code.grant
        }

    class DeviceCode(val deviceCode: String, val userCode: String, val grant: Grant, val expiresAt: Instant) {
        var isApproved: Boolean? = null
        var polledAt: Instant? = null
    }

    companion object {
        const val LIFE_SECONDS = 600L
        private const val TOLERANCE_MILLIS = 50L

        private fun userCode(): String = List(8) { "BCDFGHJKLMNPQRSTVWXZ".random() }.chunked(4).joinToString("-") { it.joinToString("") }
    }
}
