package io.github.latchkey.mcp.test

private val STATUSES =
    listOf(400, 401, 403, 404, 405, 406, 408, 409, 410, 413, 415, 422, 425, 429, 431, 451, 500, 501, 502, 503, 504)

// Those with which a server says when to come again.
private val TEMPORARY = setOf(429, 503)

internal fun statusFaults(): List<Fault> =
    STATUSES.flatMap(::plainAndWithText) +
        listOf(
            Fault.OfAnswer("status-400-html", "HTTP 400 with a web page") { answer(400, "text/html", HTML) },
            Fault.OfAnswer("status-404-html", "HTTP 404 with a web page") { answer(404, "text/html", HTML) },
            Fault.OfAnswer("status-502-html", "HTTP 502 with a web page, as a proxy sends it") { answer(502, "text/html", HTML) },
            Fault.OfAnswer("status-401-challenge", "HTTP 401 with a Bearer challenge") {
                answer(401, headers = mapOf("WWW-Authenticate" to "Bearer error=\"invalid_token\""))
            },
            Fault.OfAnswer("status-403-scope", "HTTP 403 that asks for another scope") {
                answer(403, headers = mapOf("WWW-Authenticate" to "Bearer error=\"insufficient_scope\", scope=\"files:write\""))
            },
            Fault.OfAnswer("status-304", "HTTP 304, which is for caches") { answer(304) },
            Fault.OfAnswer("status-999", "a status that HTTP does not have") { answer(999) },
            Fault.OfAnswer("status-500-endless-body", "HTTP 500 whose body never ends") {
                connection.startChunked(500, "text/plain")
                repeatChunk("no ", everyMillis = 20)
            },
            Fault.OfAnswer("status-500-cut-body", "HTTP 500 whose body breaks off") {
                connection.startChunked(500, "text/plain")
                connection.sendChunk("half of the rea")
                breakOff()
            },
        ) +
        listOf(400, 404, 500).map { status ->
            Fault.OfAnswer("status-$status-jsonrpc", "HTTP $status with a JSON-RPC error") { answer(status, JSON, error(-32603)) }
        }

private fun plainAndWithText(status: Int): List<Fault> {
    val headers = if (status in TEMPORARY) mapOf("Retry-After" to "7") else emptyMap()
    val extra = if (headers.isEmpty()) "" else " and Retry-After"
    return listOf(
        Fault.OfAnswer("status-$status", "HTTP $status without a body$extra") { answer(status, headers = headers) },
        Fault.OfAnswer("status-$status-text", "HTTP $status with a body of text$extra") {
            answer(status, "text/plain", "the server says no", headers)
        },
    )
}

internal fun redirectFaults(): List<Fault> =
    listOf(
        Fault.OfAnswer("redirect-loop", "HTTP 307 to the same URL, for ever") { answer(307, headers = location(request.path)) },
        Fault.OfAnswer("redirect-loop-308", "HTTP 308 to the same URL, for ever") { answer(308, headers = location(request.path)) },
        Fault.OfAnswer("redirect-other-origin", "HTTP 307 to another origin") {
            answer(307, headers = location("http://latchkey.invalid/mcp"))
        },
        Fault.OfAnswer("redirect-303", "HTTP 303, which would turn the POST into a GET") { answer(303, headers = location("/other")) },
        Fault.OfAnswer("redirect-302", "HTTP 302 to a login page") { answer(302, headers = location("/login?next=%2Fmcp")) },
        Fault.OfAnswer("redirect-301", "HTTP 301 to a URL with a slash more") { answer(301, headers = location(request.path + "/")) },
        Fault.OfAnswer("redirect-nowhere", "HTTP 307 without Location") { answer(307) },
        Fault.OfAnswer("redirect-script", "HTTP 307 to a URL that is not of HTTP") {
            answer(307, headers = location("file:///etc/passwd"))
        },
    )

private fun location(url: String) = mapOf("Location" to url)

internal const val HTML = "<!doctype html><html><body><h1>Welcome</h1></body></html>"

/** A JSON-RPC error that answers the request. */
internal fun FaultyExchange.error(code: Int): String =
    """{"jsonrpc":"2.0","id":${right.id},"error":{"code":$code,"message":"as scripted"}}"""
