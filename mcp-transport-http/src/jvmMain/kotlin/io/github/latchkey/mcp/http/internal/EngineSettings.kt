package io.github.latchkey.mcp.http.internal

/**
 * What makes one engine differ from another.
 *
 * @property proxy null for none
 * @property tls null for what Java trusts
 * @property tlsHost the one host to which the engine speaks TLS, for engines that know no other way to verify it; else null
 */
internal data class EngineSettings(
    val proxy: ProxyServer? = null,
    val tls: TlsMaterial? = null,
    val tlsHost: String? = null,
) {
    companion object {
        val DEFAULT = EngineSettings()
    }
}

/** The engines that Latchkey makes itself, and what they cannot do. */
internal enum class EngineKind {
    OKHTTP {
        override fun create(settings: EngineSettings): HttpEngine = OkHttpEngine(settings)
    },

    CIO {
        override fun create(settings: EngineSettings): HttpEngine = cioEngine(settings)
    }, ;

    abstract fun create(settings: EngineSettings): HttpEngine

    companion object {
        /** The one that suits best of those on the class path. */
        val best: EngineKind by lazy { if (isOkHttpPresent()) OKHTTP else CIO }

        private fun isOkHttpPresent(): Boolean =
            try {
                Class.forName("io.ktor.client.engine.okhttp.OkHttp", false, EngineKind::class.java.classLoader)
                true
            } catch (_: ClassNotFoundException) {
                false
            }
    }
}
