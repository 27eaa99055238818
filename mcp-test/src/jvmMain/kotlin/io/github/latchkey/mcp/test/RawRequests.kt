package io.github.latchkey.mcp.test

import java.io.ByteArrayOutputStream

/** Reads one HTTP/1.1 request from [nextByte], which gives -1 at the end; null if it ends before the request is whole. */
internal fun parseRawRequest(nextByte: () -> Int): RecordedRequest? {
    val requestLine = readLine(nextByte)?.split(' ') ?: return null
    if (requestLine.size < 2) return null
    val headers = LinkedHashMap<String, List<String>>()
    while (true) {
        val line = readLine(nextByte) ?: return null
        if (line.isEmpty()) break
        val name = line.substringBefore(':').trim()
        headers[name] = headers[name].orEmpty() + line.substringAfter(':', "").trim()
    }
    val body = readBody(headers, nextByte) ?: return null
    return RecordedRequest(
        method = requestLine[0],
        path = requestLine[1].substringBefore('?'),
        query = requestLine[1].substringAfter('?', ""),
        headers = headers,
        body = body.decodeToString(),
    )
}

private fun readBody(headers: Map<String, List<String>>, nextByte: () -> Int): ByteArray? {
    fun header(name: String) = headers.entries.firstOrNull { it.key.equals(name, ignoreCase = true) }?.value?.first()
    if (header("Transfer-Encoding").equals("chunked", ignoreCase = true)) return readChunks(nextByte)
    return readBytes(header("Content-Length")?.toIntOrNull() ?: 0, nextByte)
}

private fun readChunks(nextByte: () -> Int): ByteArray? {
    val body = ByteArrayOutputStream()
    while (true) {
        val size = readLine(nextByte)?.substringBefore(';')?.trim()?.toIntOrNull(16) ?: return null
        if (size == 0) {
            while (true) if ((readLine(nextByte) ?: return null).isEmpty()) return body.toByteArray()
        }
        body.write(readBytes(size, nextByte) ?: return null)
        readLine(nextByte) ?: return null
    }
}

private fun readBytes(count: Int, nextByte: () -> Int): ByteArray? {
    val bytes = ByteArrayOutputStream(count)
    repeat(count) {
        val byte = nextByte()
        if (byte < 0) return null
        bytes.write(byte)
    }
    return bytes.toByteArray()
}

private fun readLine(nextByte: () -> Int): String? {
    val line = ByteArrayOutputStream()
    while (true) {
        when (val byte = nextByte()) {
            -1 -> return null
            '\n'.code -> return line.toString("UTF-8").removeSuffix("\r")
            else -> line.write(byte)
        }
    }
}
