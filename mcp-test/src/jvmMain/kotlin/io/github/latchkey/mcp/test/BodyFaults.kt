package io.github.latchkey.mcp.test

/** Whole answers of status 2xx that are not the right one. */
internal fun bodyFaults(): List<Fault> =
    listOf(
        Fault.OfAnswer("status-202", "HTTP 202 without a body, as if it were a notification") { answer(202) },
        Fault.OfAnswer("status-204", "HTTP 204") { connection.sendRaw("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n") },
        Fault.OfAnswer("empty", "HTTP 200 with an empty body") { answer(200) },
        Fault.OfAnswer("empty-json", "HTTP 200 with an empty body that claims to be JSON") { answer(200, JSON) },
        Fault.OfAnswer("html", "HTTP 200 with a web page") { answer(200, "text/html; charset=utf-8", HTML) },
        Fault.OfAnswer("html-as-json", "HTTP 200 with a web page that claims to be JSON") { answer(200, JSON, HTML) },
        Fault.OfAnswer("text-type", "the right JSON as text/plain") { answer(200, "text/plain", right.message) },
        Fault.OfAnswer("no-type", "the right JSON without a content type") { answer(200, null, right.message) },
        Fault.OfAnswer("json-with-charset", "the right JSON with parameters and capitals in its type") {
            answer(200, "Application/JSON; Charset=\"UTF-8\"", right.message)
        },
        Fault.OfAnswer("not-json", "a body that is not JSON") { answer(200, JSON, "{broken") },
        Fault.OfAnswer("json-null", "the JSON value null") { answer(200, JSON, "null") },
        Fault.OfAnswer("json-array", "a batch of one") { answer(200, JSON, "[${right.message}]") },
        Fault.OfAnswer("json-twice", "the right JSON, and more behind it") { answer(200, JSON, right.message + right.message) },
        Fault.OfAnswer("json-deep", "a result nested 10,000 deep") {
            answer(200, JSON, response(""""result":{"content":${"[".repeat(10_000)}${"]".repeat(10_000)}}"""))
        },
        Fault.OfAnswer("wrong-id", "the response to another request") { answer(200, JSON, """{"jsonrpc":"2.0","id":4711,"result":{}}""") },
        Fault.OfAnswer("string-id", "the id as a string instead of a number") {
            answer(200, JSON, """{"jsonrpc":"2.0","id":"${right.id}","result":{}}""")
        },
        Fault.OfAnswer("no-id", "a result without an id") { answer(200, JSON, """{"jsonrpc":"2.0","result":{}}""") },
        Fault.OfAnswer("wrong-jsonrpc", "the version 1.0 of JSON-RPC") { answer(200, JSON, right.message.replace("2.0", "1.0")) },
        Fault.OfAnswer("no-jsonrpc", "no version of JSON-RPC") { answer(200, JSON, """{"id":${right.id},"result":{}}""") },
        Fault.OfAnswer("result-and-error", "a result and an error at once") {
            answer(200, JSON, response(""""result":{},"error":{"code":1,"message":"x"}"""))
        },
        Fault.OfAnswer("no-result", "neither a result nor an error") { answer(200, JSON, response(""""extra":1""")) },
        Fault.OfAnswer("wrong-result", "a result that is no object") { answer(200, JSON, response(""""result":"done"""")) },
        Fault.OfAnswer("wrong-error", "an error whose code is text") {
            answer(200, JSON, response(""""error":{"code":"bad","message":"x"}"""))
        },
        Fault.OfAnswer("notification-instead", "a notification instead of the response") {
            answer(200, JSON, """{"jsonrpc":"2.0","method":"notifications/message","params":{}}""")
        },
        Fault.OfAnswer("jsonrpc-error", "HTTP 200 with a JSON-RPC error") { answer(200, JSON, error(-32603)) },
        Fault.OfAnswer("jsonrpc-error-without-id", "HTTP 200 with a JSON-RPC error whose id is null") {
            answer(200, JSON, """{"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"as scripted"}}""")
        },
        Fault.OfAnswer("bad-utf8", "the right JSON with bytes in it that are not UTF-8") {
            val bytes = right.message.dropLast(1).toByteArray() + ""","x":"""".toByteArray() + INVALID_UTF8 + "\"}".toByteArray()
            startAnswer("Content-Type: $JSON", "Content-Length: ${bytes.size}")
            connection.sendBytes(bytes)
        },
        Fault.OfAnswer("byte-order-mark", "the right JSON behind a byte order mark") { answer(200, JSON, "\uFEFF${right.message}") },
    )

/** Answers that break off, or are too large. */
internal fun brokenBodyFaults(): List<Fault> =
    listOf(
        Fault.OfAnswer("cut-length", "a JSON body that ends before its Content-Length") {
            startAnswer("Content-Type: $JSON", "Content-Length: ${right.message.length}")
            connection.sendRaw(right.message.take(20))
            breakOff()
        },
        Fault.OfAnswer("cut-between-chunks", "a chunked JSON body that ends after a chunk, without the last one") {
            startChunked(JSON)
            connection.sendChunk(right.message.take(20))
            breakOff()
        },
        Fault.OfAnswer("cut-in-chunk", "a chunked JSON body that ends within a chunk") {
            startChunked(JSON)
            connection.sendRaw("1000\r\n${right.message.take(20)}")
            breakOff()
        },
        Fault.OfAnswer("cut-unframed", "a JSON body without a length, cut off") {
            startAnswer("Content-Type: $JSON")
            connection.sendRaw(right.message.take(20))
            breakOff()
        },
        Fault.OfAnswer("cut-before-body", "a chunked JSON body that ends before its first byte") {
            startChunked(JSON)
            breakOff()
        },
        Fault.OfAnswer("reset-before-body", "a reset after the headers") {
            startChunked(JSON)
            connection.pause(50)
            connection.reset()
        },
        Fault.OfAnswer("reset-in-body", "a reset in the middle of a JSON body") {
            startChunked(JSON)
            connection.sendChunk(right.message.take(20))
            connection.pause(50)
            connection.reset()
        },
        Fault.OfAnswer("oversized-length", "a JSON body of a terabyte, announced") {
            startAnswer("Content-Type: $JSON", "Content-Length: ${1L shl 40}")
            fallSilent()
        },
        Fault.OfAnswer("oversized-chunks", "a JSON body that grows and grows") {
            startChunked(JSON)
            repeatChunk("[" + "1,".repeat(8_000))
        },
        Fault.OfAnswer("encoded", "a JSON body in an encoding that nobody asked for") {
            startAnswer("Content-Type: $JSON", "Content-Encoding: rot13", "Content-Length: 5")
            connection.sendRaw("uryyb")
        },
    )

/** A response to the request with [members] after its id. */
private fun FaultyExchange.response(members: String): String = """{"jsonrpc":"2.0","id":${right.id},$members}"""

internal val INVALID_UTF8 = byteArrayOf(0xC3.toByte(), 0x28, 0xFF.toByte())
