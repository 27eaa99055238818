package io.github.latchkey.mcp.auth

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runInterruptible
import java.net.InetAddress
import java.net.UnknownHostException

/** The JDK's resolver, whose cache the connection that follows asks as well. It understands every spelling of a literal that a connection would. */
internal object JvmHostResolver : HostResolver {
    override suspend fun resolve(host: String): List<ByteArray> =
        runInterruptible(Dispatchers.IO) {
            try {
                InetAddress.getAllByName(host).map { it.address }
            } catch (expected: UnknownHostException) {
                emptyList()
            }
        }
}
