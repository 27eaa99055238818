package io.github.latchkey.mcp.auth.internal.store

import io.github.latchkey.mcp.auth.AccessToken
import io.github.latchkey.mcp.auth.ClientRegistration
import io.github.latchkey.mcp.auth.ClientSecret
import io.github.latchkey.mcp.auth.Grant
import io.github.latchkey.mcp.auth.GrantKey
import io.github.latchkey.mcp.auth.RefreshToken
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlin.time.Instant

private val json = Json { ignoreUnknownKeys = true }

/** The records as JSON, version 1 of the format (ADR 6). */
internal fun encodeRecords(records: TokenRecords): JsonElement =
    json.encodeToJsonElement(
        StoredRecords.serializer(),
        StoredRecords(
            endpoints = records.grantKeys.map { (at, key) -> StoredEndpoint(at.endpoint, stored(key)) },
            grants = records.grants.map { (key, grant) -> stored(key, grant) },
            registrations = records.registrations.values.map(::stored),
        ),
    )

/** Throws [IllegalArgumentException], which quotes what it could not read: not to be shown. */
internal fun decodeRecords(element: JsonElement): TokenRecords {
    val stored = json.decodeFromJsonElement(StoredRecords.serializer(), element)
    return TokenRecords(
        grantKeys = stored.endpoints.associate { EndpointOfUser(it.endpoint, it.key.user) to it.key.toKey() },
        grants = stored.grants.associate { it.key.toKey() to it.toGrant() },
        registrations = stored.registrations.associate { it.issuer to it.toRegistration() },
    )
}

private fun stored(key: GrantKey) = StoredKey(key.issuer, key.clientId, key.resource, key.user)

private fun stored(key: GrantKey, grant: Grant) =
    StoredGrant(
        key = stored(key),
        accessToken = grant.accessToken.value,
        expiresAt = grant.accessToken.expiresAt?.toString(),
        refreshToken = grant.refreshToken?.value,
        requestedScopes = grant.requestedScopes,
        grantedScopes = grant.grantedScopes,
        obtainedAt = grant.obtainedAt.toString(),
        keyThumbprint = grant.keyThumbprint,
    )

private fun stored(registration: ClientRegistration) =
    StoredRegistration(
        issuer = registration.issuer,
        clientId = registration.clientId,
        clientSecret = registration.clientSecret?.value,
        clientSecretExpiresAt = registration.clientSecretExpiresAt?.toString(),
        tokenEndpointAuthMethod = registration.tokenEndpointAuthMethod,
        redirectUris = registration.redirectUris,
    )

// Members without a default must be there; those that are null or empty are not written.
@Serializable
private class StoredRecords(
    val endpoints: List<StoredEndpoint> = emptyList(),
    val grants: List<StoredGrant> = emptyList(),
    val registrations: List<StoredRegistration> = emptyList(),
)

@Serializable
private class StoredKey(
    val issuer: String,
    val clientId: String,
    val resource: String,
    val user: String? = null,
) {
    fun toKey() = GrantKey(issuer, clientId, resource, user)
}

@Serializable
private class StoredEndpoint(
    val endpoint: String,
    val key: StoredKey,
)

@Serializable
private class StoredGrant(
    val key: StoredKey,
    val accessToken: String,
    val expiresAt: String? = null,
    val refreshToken: String? = null,
    val requestedScopes: List<String> = emptyList(),
    val grantedScopes: List<String> = emptyList(),
    val obtainedAt: String,
    val keyThumbprint: String? = null,
) {
    fun toGrant() =
        Grant(
            AccessToken(accessToken, expiresAt?.let(Instant::parse)),
            refreshToken?.let(::RefreshToken),
            requestedScopes,
            grantedScopes,
            Instant.parse(obtainedAt),
            keyThumbprint,
        )
}

@Serializable
private class StoredRegistration(
    val issuer: String,
    val clientId: String,
    val clientSecret: String? = null,
    val clientSecretExpiresAt: String? = null,
    val tokenEndpointAuthMethod: String? = null,
    val redirectUris: List<String> = emptyList(),
) {
    fun toRegistration() =
        ClientRegistration(
            issuer,
            clientId,
            clientSecret?.let(::ClientSecret),
            clientSecretExpiresAt?.let(Instant::parse),
            tokenEndpointAuthMethod,
            redirectUris,
        )
}
