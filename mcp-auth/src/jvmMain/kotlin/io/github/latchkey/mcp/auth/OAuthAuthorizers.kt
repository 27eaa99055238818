@file:JvmName("OAuthAuthorizers")

package io.github.latchkey.mcp.auth

/** An [OAuthAuthorizer] with the cryptography and the resolver of the JDK; in Java, `OAuthAuthorizers.create(options)`. */
@JvmName("create")
public fun OAuthAuthorizer(options: OAuthOptions): OAuthAuthorizer = OAuthAuthorizer(options, JvmCrypto(), JvmHostResolver)
