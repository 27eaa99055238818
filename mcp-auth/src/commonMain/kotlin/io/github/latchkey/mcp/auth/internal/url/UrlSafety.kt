package io.github.latchkey.mcp.auth.internal.url

import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.HostResolver
import io.github.latchkey.mcp.auth.SuppliedUrl
import io.github.latchkey.mcp.auth.UrlPolicy

/** Judges the URLs that the MCP server at [endpoint], and those it leads to, supply. [trusted] are others that the application itself has named. */
internal class UrlSafety(
    private val endpoint: HttpUrl,
    private val resolver: HostResolver,
    private val policy: UrlPolicy,
    private val trusted: List<HttpUrl> = listOf(endpoint),
) {
    fun trusting(url: HttpUrl): UrlSafety = UrlSafety(endpoint, resolver, policy, trusted + url)

    /** Null if [url] may be used, else why not. */
    suspend fun findObjection(step: AuthorizationStep, url: HttpUrl): String? {
        val addresses = addressesOf(url)
        val objection = standardObjection(step, url, kindsOf(url, addresses), addresses)
        val supplied = SuppliedUrl(url.value, step, url.host, addresses.map { "$it" }, endpoint.withoutQuery, objection)
        // Whatever is allowed, a browser is sent nowhere else (MCP Security Best Practices, OAuth Authorization URL Validation).
        if (step == AuthorizationStep.AUTHORIZATION && !url.isHttps && !url.isLoopback) return NOT_HTTPS
        return policy.findObjection(supplied)
    }

    private suspend fun standardObjection(
        step: AuthorizationStep,
        url: HttpUrl,
        kinds: List<AddressKind>,
        addresses: List<HostAddress>,
    ): String? {
        if (trusted.any(url::isSameOrigin)) {
            // A server that is reached by plain text may have its document there, too (MCP, Communication Security).
            val isFine = url.isHttps || url.isLoopback || step == AuthorizationStep.RESOURCE_METADATA
            return if (isFine) null else NOT_HTTPS
        }
        val own = trusted.map { kindOf(it) }
        val isLocal = AddressKind.LOOPBACK in own && kinds.isNotEmpty() && kinds.all { it == AddressKind.LOOPBACK }
        if (!url.isHttps && !isLocal) return NOT_HTTPS
        val refused = kinds.indexOfFirst { kind -> own.none { isReachableFrom(it, kind) } }
        if (refused < 0) return null
        val address = addresses.getOrNull(refused)?.toString() ?: url.host
        return "leads to a ${kinds[refused].text} address, $address"
    }

    /** The network of a server: that of the most public of its addresses, and public if they are not known. */
    private suspend fun kindOf(server: HttpUrl): AddressKind = kindsOf(server, addressesOf(server)).minOrNull() ?: AddressKind.PUBLIC

    private fun kindsOf(url: HttpUrl, addresses: List<HostAddress>): List<AddressKind> =
        if (url.isLoopback) listOf(AddressKind.LOOPBACK) else addresses.map { it.kind }

    /** All of them: a name may lead to several, and the connection takes any. */
    private suspend fun addressesOf(url: HttpUrl): List<HostAddress> =
        if (url.isLoopback) emptyList() else resolver.resolve(url.host).map(::HostAddress)

    private companion object {
        const val NOT_HTTPS = "is not https"
    }
}

/** Whether a server in a network of kind [own] may lead us to [other]: never closer to this machine than it is itself. */
private fun isReachableFrom(own: AddressKind, other: AddressKind): Boolean =
    other == AddressKind.PUBLIC || other == own || (other == AddressKind.PRIVATE && own == AddressKind.LOOPBACK)
