package io.github.latchkey.mcp.auth.internal.store

import io.github.latchkey.mcp.auth.ClientRegistration
import io.github.latchkey.mcp.auth.Grant
import io.github.latchkey.mcp.auth.GrantKey

/** Everything that a token store holds at one time. Immutable. */
internal class TokenRecords(
    val grantKeys: Map<EndpointOfUser, GrantKey> = emptyMap(),
    val grants: Map<GrantKey, Grant> = emptyMap(),
    val registrations: Map<String, ClientRegistration> = emptyMap(),
) {
    fun withGrantKey(endpoint: EndpointOfUser, key: GrantKey?): TokenRecords =
        TokenRecords(grantKeys.with(endpoint, key), grants, registrations)

    fun withGrant(key: GrantKey, grant: Grant?): TokenRecords = TokenRecords(grantKeys, grants.with(key, grant), registrations)

    fun withRegistration(registration: ClientRegistration): TokenRecords =
        TokenRecords(grantKeys, grants, registrations + (registration.issuer to registration))

    /** Without [registration], if it is still the one for its issuer. */
    fun withoutRegistration(registration: ClientRegistration): TokenRecords {
        if (registrations[registration.issuer]?.clientId != registration.clientId) return this
        return TokenRecords(grantKeys, grants, registrations - registration.issuer)
    }

    override fun toString(): String = "TokenRecords(${grants.keys})"

    private fun <K, V> Map<K, V>.with(key: K, value: V?): Map<K, V> = if (value == null) this - key else this + (key to value)
}

/** Which grant a user last used where. */
internal data class EndpointOfUser(
    val endpoint: String,
    val user: String?,
)
