package io.github.latchkey.mcp.test

/** Answers that do not come, or never end. */
internal fun timeFaults(): List<Fault> =
    listOf(
        Fault.OfAnswer("silence", "no answer at all") { fallSilent() },
        Fault.OfAnswer("silence-in-status-line", "half of a status line, then silence") {
            connection.sendRaw("HTTP/1.1 2")
            fallSilent()
        },
        Fault.OfAnswer("silence-in-headers", "half of the headers, then silence") {
            connection.sendRaw("HTTP/1.1 200 OK\r\nContent-Type: application/js")
            fallSilent()
        },
        Fault.OfAnswer("silence-after-headers", "the headers, then silence") {
            startAnswer("Content-Type: $JSON", "Content-Length: ${right.message.length}")
            fallSilent()
        },
        Fault.OfAnswer("silence-in-body", "half of a JSON body, then silence") {
            startAnswer("Content-Type: $JSON", "Content-Length: ${right.message.length}")
            connection.sendRaw(right.message.take(20))
            fallSilent()
        },
        Fault.OfAnswer("silence-in-chunks", "half of a chunked JSON body, then silence") {
            startChunked(JSON)
            connection.sendChunk(right.message.take(20))
            fallSilent()
        },
        Fault.OfAnswer("trickle-body", "a JSON body that comes byte by byte, for ever") {
            startChunked(JSON)
            repeatChunk(" ", everyMillis = 20)
        },
        Fault.OfAnswer("trickle-headers", "headers that come byte by byte, for ever") {
            connection.sendRaw("HTTP/1.1 200 OK\r\nX-Slow: ")
            while (!connection.isClientClosed) {
                connection.sendRaw("x")
                connection.pause(20)
            }
        },
    )
