package io.github.latchkey.mcp.auth

import kotlin.jvm.JvmStatic

/**
 * How an [OAuthAuthorizer] comes by its first token (RFC 6749 §1.3). All of them share discovery, the token source and its single flight.
 * Grants without a person use the client that is configured and register none; their tokens stay in memory, since a new one is a request away.
 */
public sealed class AuthorizationGrant {
    internal class Code(val prompt: AuthorizationPrompt) : AuthorizationGrant() {
        override fun toString(): String = "authorization_code"
    }

    internal class Device(val prompt: DevicePrompt) : AuthorizationGrant() {
        override fun toString(): String = "device_code"
    }

    internal object ClientCredentials : AuthorizationGrant() {
        override fun toString(): String = "client_credentials"
    }

    internal class WorkloadIdentity(val assertions: AssertionSource) : AuthorizationGrant() {
        override fun toString(): String = "jwt-bearer"
    }

    internal class EnterpriseManaged(val identityProvider: IdentityProvider) : AuthorizationGrant() {
        override fun toString(): String = "id-jag"
    }

    /** Whether the program acts for itself, or for a person whose employer has consented: nobody is asked by the authorization server. */
    internal val isUnattended: Boolean get() = this !is Code && this !is Device

    public companion object {
        /** The authorization code grant with PKCE, for the person behind [prompt]. */
        @JvmStatic
        public fun authorizationCode(prompt: AuthorizationPrompt): AuthorizationGrant = Code(prompt)

        /** The device authorization grant (RFC 8628): the person signs in on another device, where [prompt] tells them to. */
        @JvmStatic
        public fun device(prompt: DevicePrompt): AuthorizationGrant = Device(prompt)

        /**
         * The client credentials grant (RFC 6749 §4.4; MCP extension OAuth Client Credentials): the program acts for itself. Needs
         * [OAuthOptions.Builder.client] with a secret or with [OAuthOptions.Builder.privateKeyJwt].
         */
        @JvmStatic
        public fun clientCredentials(): AuthorizationGrant = ClientCredentials

        /**
         * Workload identity federation: the JWT that the platform has issued to this workload is the grant (RFC 7523 §2.1). Needs no client.
         * Name the authorization server with [OAuthOptions.Builder.clientIssuer], so that no other one gets to see the JWT.
         */
        @JvmStatic
        public fun workloadIdentity(assertions: AssertionSource): AuthorizationGrant = WorkloadIdentity(assertions)

        /**
         * Enterprise-managed authorization: [identityProvider] vouches for the person with an ID-JAG, and nobody is asked for consent (MCP
         * extension Enterprise-Managed Authorization). Needs the client that the MCP server's authorization server knows.
         */
        @JvmStatic
        public fun enterpriseManaged(identityProvider: IdentityProvider): AuthorizationGrant = EnterpriseManaged(identityProvider)
    }
}
