package io.github.latchkey.mcp.test

/** Event streams without the response. */
internal fun streamFaults(): List<Fault> =
    listOf(
        Fault.OfAnswer("stream-empty", "an event stream that ends at once") { stream() },
        Fault.OfAnswer("stream-ended", "an event stream that ends after a notification") { stream(event(NOTE)) },
        Fault.OfAnswer("stream-ended-in-event", "an event stream that ends before the blank line of the response") {
            stream(event(NOTE), "data: ${right.message}\n")
        },
        Fault.OfAnswer("stream-cut", "an event stream cut off between two events") {
            startChunked(EVENTS)
            connection.sendChunk(event(NOTE))
            breakOff()
        },
        Fault.OfAnswer("stream-cut-in-event", "an event stream cut off in the middle of the response") {
            startChunked(EVENTS)
            connection.sendChunk("data: ${right.message.take(20)}")
            breakOff()
        },
        Fault.OfAnswer("stream-reset", "an event stream that is reset") {
            startChunked(EVENTS)
            connection.sendChunk(event(NOTE))
            connection.pause(50)
            connection.reset()
        },
        Fault.OfAnswer("stream-wrong-id", "an event stream with the response to another request") {
            stream(event("""{"jsonrpc":"2.0","id":4711,"result":{}}"""))
        },
        Fault.OfAnswer("stream-not-json", "an event stream whose only event is not JSON") { stream(event("{broken")) },
        Fault.OfAnswer("stream-other-type", "the response in an event of another type") {
            stream("event: endpoint\n${event(right.message)}")
        },
        Fault.OfAnswer("stream-error", "an event stream with a JSON-RPC error") { stream(event(error(-32603))) },
        Fault.OfAnswer("stream-oversized-event", "an event that grows and grows") {
            startChunked(EVENTS)
            repeatChunk("data: " + "x".repeat(8_000) + "\n")
        },
        Fault.OfAnswer("stream-oversized-line", "a line without an end") {
            startChunked(EVENTS)
            connection.sendChunk("data: ")
            repeatChunk("x".repeat(8_000))
        },
        Fault.OfAnswer("stream-silent", "an event stream without an event") {
            startChunked(EVENTS)
            fallSilent()
        },
        Fault.OfAnswer("stream-falls-silent", "an event stream that falls silent after a notification") {
            startChunked(EVENTS)
            connection.sendChunk(event(NOTE))
            fallSilent()
        },
        Fault.OfAnswer("stream-comments", "an event stream of comments, for ever") {
            startChunked(EVENTS)
            repeatChunk(": still here\n\n", everyMillis = 20)
        },
        Fault.OfAnswer("stream-notifications", "an event stream of notifications, for ever") {
            startChunked(EVENTS)
            repeatChunk(event(NOTE), everyMillis = 20)
        },
    )

/** Event streams that are odd, and right all the same. */
internal fun oddStreamFaults(): List<Fault> =
    listOf(
        Fault.OfAnswer("stream-cr", "an event stream with lines ended by CR") { stream("data: ${right.message}\r\r") },
        Fault.OfAnswer("stream-crlf", "an event stream with lines ended by CRLF, cut between the two") {
            stream(": hello\r", "\ndata: ${right.message}\r", "\n\r", "\n")
        },
        Fault.OfAnswer("stream-mixed-ends", "an event stream with all three kinds of line ends") {
            stream("id: 1\rretry: 5\r\nevent: message\ndata: ${right.message}\r\n\n")
        },
        Fault.OfAnswer("stream-byte-by-byte", "an event stream that comes byte by byte") {
            startChunked(EVENTS)
            event(right.message).toByteArray().forEach { byte ->
                connection.sendRaw("1\r\n")
                connection.sendBytes(byteArrayOf(byte))
                connection.sendRaw("\r\n")
            }
            connection.sendChunk("")
        },
        Fault.OfAnswer("stream-byte-order-mark", "an event stream that begins with a byte order mark") {
            stream("\uFEFF${event(right.message)}")
        },
        Fault.OfAnswer("stream-garbage-fields", "an event stream with fields that nobody knows") {
            stream("colour: blue\n: comment\nnothing\nretry: soon\nid: \u0000\n:\n${event(right.message)}")
        },
        Fault.OfAnswer("stream-bad-utf8", "an event that is not UTF-8 before the response") {
            startChunked(EVENTS)
            val bytes = "data: ".toByteArray() + INVALID_UTF8 + "\n\n".toByteArray()
            connection.sendRaw("${bytes.size.toString(16)}\r\n")
            connection.sendBytes(bytes)
            connection.sendRaw("\r\n")
            connection.sendChunk(event(right.message))
            connection.sendChunk("")
        },
        Fault.OfAnswer("stream-broken-event-first", "an event that is not JSON before the response") {
            stream(event("{broken"), event(right.message))
        },
        Fault.OfAnswer("stream-other-response-first", "the response to another request before the right one") {
            stream(event("""{"jsonrpc":"2.0","id":4711,"result":{}}"""), event(right.message))
        },
        Fault.OfAnswer("stream-priming", "an event with an id and empty data before the response") {
            stream("id: 1\ndata:\n\n", event(right.message))
        },
        Fault.OfAnswer("stream-cut-after-response", "an event stream cut off right after the response") {
            startChunked(EVENTS)
            connection.sendChunk(event(right.message))
            breakOff()
        },
        Fault.OfAnswer("stream-goes-on", "an event stream that goes on after the response, for ever") {
            startChunked(EVENTS)
            connection.sendChunk(event(right.message))
            repeatChunk(event(NOTE), everyMillis = 20)
        },
        Fault.OfAnswer("stream-stays-open", "an event stream that stays open after the response") {
            startChunked(EVENTS)
            connection.sendChunk(event(right.message))
            fallSilent()
        },
    )

private const val NOTE = """{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}"""
