package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runInterruptible
import java.net.BindException
import java.net.InetAddress

/**
 * Signs in with the person's own browser on this machine and receives the redirect on a loopback address (RFC 8252 §7.3).
 * Listens only while a sign-in runs. Immutable; safe for several sign-ins at once, unless a port is set.
 */
public class LoopbackPrompt private constructor(
    builder: Builder,
) : AuthorizationPrompt {
    private val browser = builder.browser
    private val host = builder.host
    private val port = builder.port
    private val path = builder.path

    override suspend fun prepare(registeredRedirectUris: List<String>): RedirectReceiver =
        runInterruptible(Dispatchers.IO) { Receiver(listen(registeredRedirectUris)) }

    /** At an address that is registered already if it is free, so that the client need not be registered again. */
    private fun listen(registeredRedirectUris: List<String>): LoopbackReceiver {
        val registeredPorts = registeredRedirectUris.mapNotNull { HttpUrl.parse(it)?.port }.filter {
            redirectUri(it) in
                registeredRedirectUris
        }
        return (if (port == 0) registeredPorts else emptyList()).firstNotNullOfOrNull(::listenIfFree)
            ?: LoopbackReceiver.listen(address(), port, path)
    }

    private fun listenIfFree(port: Int): LoopbackReceiver? =
        try {
            LoopbackReceiver.listen(address(), port, path)
        } catch (expected: BindException) {
            null
        }

    // Never by DNS: `localhost` is this machine whatever a resolver says.
    private fun address(): InetAddress = InetAddress.getByName(if (host == "[::1]") "::1" else "127.0.0.1")

    private fun redirectUri(port: Int) = "http://$host:$port$path"

    private inner class Receiver(
        private val receiver: LoopbackReceiver,
    ) : RedirectReceiver {
        override val redirectUri: String = redirectUri(receiver.port())

        // Waits while the page is opened: a command that opens it may last as long as the browser, and if it fails, so does this.
        override suspend fun authorize(url: AuthorizationUrl): String =
            coroutineScope {
                val opening = launch { runInterruptible(Dispatchers.IO) { browser.open(url) } }
                val query = runInterruptible(Dispatchers.IO) { receiver.awaitQuery() }
                opening.cancel()
                "$redirectUri?$query"
            }

        override suspend fun report(failure: McpException?) =
            receiver.answer(if (failure == null) ResultPage.signedIn() else ResultPage.failed(failure.message))

        override fun close() = receiver.close()
    }

    override fun toString(): String = "LoopbackPrompt(${redirectUri(port)})"

    /** Not safe for use by several threads at once. */
    public class Builder internal constructor() {
        internal var browser: BrowserLauncher = BrowserLauncher.system()
        internal var host: String = "127.0.0.1"
        internal var port: Int = 0
        internal var path: String = "/callback"

        /** What opens the page; the browser of the desktop unless set. */
        public fun browser(browser: BrowserLauncher): Builder = apply { this.browser = browser }

        /** The host of the redirect URI: `127.0.0.1` unless set, or `[::1]` or `localhost`, for servers that insist on the name. */
        public fun host(host: String): Builder = apply { this.host = host }

        /** The port to listen on; any free one unless set. */
        public fun port(port: Int): Builder = apply { this.port = port }

        /** The path of the redirect URI; `/callback` unless set. */
        public fun path(path: String): Builder = apply { this.path = path }

        /** Throws [IllegalArgumentException] that names the option which cannot be. */
        public fun build(): LoopbackPrompt {
            require(host == "127.0.0.1" || host == "[::1]" || host == "localhost") { "host is no loopback host" }
            require(port in 0..65_535) { "port is out of range" }
            require(
                HttpUrl.parse("http://$host$path")?.let {
                    it.path == path && it.path.isNotEmpty()
                } == true,
            ) { "path is no path of a URL" }
            return LoopbackPrompt(this)
        }
    }

    public companion object {
        @JvmStatic
        public fun builder(): Builder = Builder()
    }
}
