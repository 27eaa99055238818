package io.github.latchkey.mcp.internal

import io.github.latchkey.mcp.Progress
import io.github.latchkey.mcp.RawJson
import kotlinx.serialization.DeserializationStrategy
import kotlinx.serialization.SerializationException
import kotlinx.serialization.builtins.nullable
import kotlinx.serialization.builtins.serializer

/**
 * The params of `notifications/progress` (MCP, Utilities, Progress), read where they stand: no message comes as often. As lenient as
 * [WireDecoder], which reads whatever is unusual.
 *
 * @property token [JsonScanner.NO_INTEGER] if it is none, and so no token of this client
 */
internal class ProgressParams(
    val token: Long,
    val progress: Progress,
) {
    companion object {
        /** Throws [SerializationException] if they make no sense. */
        fun read(params: RawJson): ProgressParams {
            var token = JsonScanner.NO_INTEGER
            var progress: Double? = null
            var total: Double? = null
            var message: String? = null
            params.forEachMember { scanner, nameStart, nameEnd, start, end ->
                when {
                    scanner.isName(nameStart, nameEnd, "progressToken") -> token = scanner.shortInteger(start, end)
                    scanner.isName(nameStart, nameEnd, "progress") -> progress = scanner.number(start, end)
                    scanner.isName(nameStart, nameEnd, "total") -> total = scanner.number(start, end)
                    scanner.isName(nameStart, nameEnd, "message") -> message = scanner.string(start, end)
                }
            }
            val known = progress ?: throw SerializationException("no progress")
            return ProgressParams(token, Progress(known, total, message))
        }

        private fun JsonScanner.number(start: Int, end: Int): Double? {
            val short = shortInteger(start, end)
            return if (short != JsonScanner.NO_INTEGER) short.toDouble() else decode(start, Double.serializer().nullable)
        }

        private fun JsonScanner.string(start: Int, end: Int): String? =
            if (charAt(start) == '"') unescape(start, end) else decode(start, String.serializer().nullable)

        private fun <T> JsonScanner.decode(start: Int, deserializer: DeserializationStrategy<T>): T =
            WireDecoder.decode(text, start, deserializer)
    }
}
