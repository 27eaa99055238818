package io.github.latchkey.mcp.test

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

internal const val OAUTH_WELL_KNOWN: String = "/.well-known/oauth-authorization-server"
internal const val OPENID_WELL_KNOWN: String = "/.well-known/openid-configuration"

/** The path of this location for an issuer at [issuerPath]. */
internal fun ServerMetadataLocation.path(issuerPath: String): String =
    when (this) {
        ServerMetadataLocation.OAUTH -> OAUTH_WELL_KNOWN + issuerPath
        ServerMetadataLocation.OPENID_INSERTED -> OPENID_WELL_KNOWN + issuerPath
        ServerMetadataLocation.OPENID_APPENDED -> issuerPath + OPENID_WELL_KNOWN
    }

/** The metadata of [server] as addressed by [issuer] (RFC 8414 §2; OpenID Connect Discovery §3 for [isOpenId]). */
internal fun serverMetadata(server: AuthorizationServer, issuer: String, isOpenId: Boolean): JsonObject {
    val options = server.options
    val metadata =
        JsonObject(
            mapOf(
                "issuer" to JsonPrimitive(issuer),
                "authorization_endpoint" to JsonPrimitive("$issuer/authorize"),
                "token_endpoint" to JsonPrimitive("$issuer/token"),
                "response_types_supported" to jsonStrings(listOf("code")),
                "grant_types_supported" to jsonStrings(server.supportedGrants),
                "code_challenge_methods_supported" to jsonStrings(listOf("S256")),
                "token_endpoint_auth_methods_supported" to jsonStrings(options.authMethods),
            ),
        ).with(
            "registration_endpoint" to if (options.isRegistrationOpen) JsonPrimitive("$issuer/register") else null,
            "scopes_supported" to options.scopesSupported?.let(::jsonStrings),
            "authorization_response_iss_parameter_supported" to if (options.advertisesIss) JsonPrimitive(true) else null,
            "device_authorization_endpoint" to if (options.isDeviceGrantOpen) JsonPrimitive("$issuer/device_authorization") else null,
            "dpop_signing_alg_values_supported" to options.dpopAlgorithms.takeIf { it.isNotEmpty() }?.let(::jsonStrings),
            "token_endpoint_auth_signing_alg_values_supported" to
                if ("private_key_jwt" in options.authMethods) jsonStrings(listOf("ES256", "RS256")) else null,
            "client_id_metadata_document_supported" to if (options.advertisesClientMetadataDocuments) JsonPrimitive(true) else null,
        )
    return options.metadataTransform.apply(if (isOpenId) JsonObject(metadata + openIdMembers(issuer)) else metadata)
}

private fun openIdMembers(issuer: String) =
    mapOf(
        "jwks_uri" to JsonPrimitive("$issuer/jwks"),
        "subject_types_supported" to jsonStrings(listOf("public")),
        "id_token_signing_alg_values_supported" to jsonStrings(listOf("ES256")),
    )
