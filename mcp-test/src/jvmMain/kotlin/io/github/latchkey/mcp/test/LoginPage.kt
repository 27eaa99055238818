package io.github.latchkey.mcp.test

/** The page that asks a person to approve [authorization], known to the server by [id]. */
internal fun loginPage(id: String, authorization: AuthorizationRequest): HttpReply.Whole =
    htmlPage(
        status = 200,
        title = "Sign in",
        content =
        """
            <p><b>${escape(
            authorization.client.clientId,
        )}</b> asks for access to <b>${escape(authorization.resource ?: "this server")}</b>.</p>
            <ul>${authorization.scopes.joinToString("") { "<li>${escape(it)}</li>" }}</ul>
            <form method="post">
            <input type="hidden" name="request" value="${escape(id)}">
            <button name="decision" value="approve">Approve</button>
            <button name="decision" value="deny">Deny</button>
            </form>
        """.trimIndent(),
    )

/** The page for a request that may not be sent back to its sender. */
internal fun errorPage(failure: OAuthFailure): HttpReply.Whole =
    htmlPage(failure.status, "This request cannot be answered", "<p>${escape(failure.description)}</p>")

private fun htmlPage(status: Int, title: String, content: String): HttpReply.Whole =
    HttpReply.Whole(
        status,
        "text/html; charset=utf-8",
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>$title</title></head>\n<body><h1>$title</h1>\n$content\n</body></html>\n",
        mapOf(
            "Cache-Control" to "no-store",
            "Content-Security-Policy" to "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy" to "no-referrer",
        ),
    )

private fun escape(text: String): String =
    text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;")
