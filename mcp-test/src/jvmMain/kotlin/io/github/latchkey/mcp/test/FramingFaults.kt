package io.github.latchkey.mcp.test

/** Answers that are not HTTP as it should be. */
internal fun framingFaults(): List<Fault> =
    listOf(
        Fault.OfAnswer("garbage", "bytes that are not HTTP") {
            connection.sendRaw("SSH-2.0-OpenSSH_9.6\r\n\r\n")
            breakOff()
        },
        Fault.OfAnswer("bad-status-line", "a status that is no number") {
            connection.sendRaw("HTTP/1.1 abc Scripted\r\nContent-Length: 0\r\n\r\n")
            breakOff()
        },
        Fault.OfAnswer("bad-length", "a Content-Length that is no number") {
            connection.sendRaw("HTTP/1.1 200 OK\r\nContent-Type: $JSON\r\nContent-Length: many\r\n\r\n${right.message}")
            breakOff()
        },
        Fault.OfAnswer("bad-chunk-size", "a chunk whose size is no number") {
            startChunked(JSON)
            connection.sendRaw("zz\r\n${right.message}\r\n0\r\n\r\n")
            breakOff()
        },
        Fault.OfAnswer("cut-headers", "a connection that ends within the headers") {
            connection.sendRaw("HTTP/1.1 200 OK\r\nContent-Ty")
            breakOff()
        },
        Fault.OfAnswer("oversized-header", "a header of one megabyte") {
            connection.sendRaw("HTTP/1.1 200 OK\r\nX-Large: ${"x".repeat(1 shl 20)}\r\nContent-Length: 0\r\n\r\n")
            breakOff()
        },
        Fault.OfAnswer("oversized-headers", "a thousand headers of one kilobyte each") {
            connection.sendRaw("HTTP/1.1 200 OK\r\nContent-Type: $JSON\r\nConnection: close\r\n")
            val fields = (1..HEADER_FIELDS_AT_ONCE).joinToString("") { "X-$it: ${"x".repeat(1_000)}\r\n" }
            repeat(HEADERS_IN_KILOBYTES / HEADER_FIELDS_AT_ONCE) { connection.sendRaw(fields) }
            connection.sendRaw("Content-Length: ${right.message.length}\r\n\r\n${right.message}")
        },
        Fault.OfAnswer("interim", "an interim answer (103) before the right one") {
            connection.sendRaw("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
            answer(200, JSON, right.message)
        },
        Fault.OfAnswer("http-1.0", "the right answer in HTTP/1.0, ended by the end of the connection") {
            val headers = right.headers.entries.joinToString("") { "${it.key}: ${it.value}\r\n" }
            connection.sendRaw("HTTP/1.0 200 OK\r\nContent-Type: $JSON\r\n$headers\r\n${right.message}")
            breakOff()
        },
    )

private const val HEADERS_IN_KILOBYTES = 1_024
private const val HEADER_FIELDS_AT_ONCE = 256
