package io.github.latchkey.mcp.interop

import io.github.latchkey.mcp.auth.AuthorizationUrl
import io.github.latchkey.mcp.auth.BrowserLauncher
import java.net.HttpURLConnection
import java.net.URI
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread

/** A browser without a window, whose person consents at once. Keeps no connection. */
class ConsentingBrowser : BrowserLauncher {
    private val opened = AtomicInteger()

    /** How often somebody was asked. */
    val pages: Int get() = opened.get()

    override fun open(url: AuthorizationUrl) {
        opened.incrementAndGet()
        // The last page comes only when the sign-in has ended.
        thread(isDaemon = true) {
            var next: String? = url.value
            while (next != null) next = redirectOf(next)
        }
    }

    private fun redirectOf(url: String): String? {
        val connection = URI.create(url).toURL().openConnection() as HttpURLConnection
        connection.instanceFollowRedirects = false
        connection.setRequestProperty("Connection", "close")
        (if (connection.responseCode < 400) connection.inputStream else connection.errorStream)?.use { it.readBytes() }
        return connection.getHeaderField("Location")
    }
}
