package io.github.latchkey.mcp.http.internal

/** What was asked for and CIO would do otherwise without a word. Each ends in a failure that says so. */
internal object CioLimits {
    /**
     * Throws [EngineFaultException] if CIO cannot do it.
     *
     * @param proxy what the options and the process say
     * @param ofJvm the proxy that CIO looks up itself when it is given none
     */
    fun check(scheme: String, proxy: ProxyServer?, ofJvm: ProxyServer?, tls: TlsMaterial?) {
        when {
            proxy?.kind == ProxyServer.Kind.SOCKS -> refuse("the CIO engine cannot use the SOCKS proxy $proxy")

            proxy == null && ofJvm != null ->
                refuse("the CIO engine cannot leave out $ofJvm, which the JVM's proxy settings name")

            // It would send them to the server as well, inside the tunnel.
            proxy != null && proxy.hasCredentials && scheme == "https" ->
                refuse("the CIO engine cannot keep the user and password of the proxy $proxy from the server")

            tls?.clientKey() != null && scheme == "https" && !isRsa(tls) ->
                refuse("the CIO engine has no client certificates but those with RSA keys and signatures")
        }
    }

    private fun isRsa(tls: TlsMaterial): Boolean =
        tls.clientKey()?.algorithm == "RSA" && tls.clientChain().first().sigAlgName.endsWith("withRSA")

    private fun refuse(reason: String): Nothing =
        throw EngineFaultException(EngineFault(EngineFault.Kind.NO_CONNECTION, reason, ADD_OKHTTP, isRetryable = false))

    const val ADD_OKHTTP = "add io.ktor:ktor-client-okhttp-jvm to the class path: the OkHttp engine, which is then used, can do it"
}
