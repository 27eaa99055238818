package io.github.latchkey.mcp.http.internal

import io.github.latchkey.mcp.FailureDetails
import io.github.latchkey.mcp.HttpAnswer
import io.github.latchkey.mcp.MessageTooLargeException
import io.github.latchkey.mcp.NotMcpException
import io.github.latchkey.mcp.ProtocolException
import io.ktor.http.Headers
import io.ktor.http.HttpHeaders

/**
 * The answer to [call] whose headers are here and whose body is to come, and the failures that it can turn out to be.
 *
 * @param url for messages
 * @param secrets finds what the request carried and must not be repeated
 */
internal class ReceivedAnswer(
    val call: HttpCall,
    val status: Int,
    val headers: Headers,
    private val url: String,
    private val secrets: () -> Collection<String>,
    openBody: (ReceivedAnswer) -> AnswerBody,
) {
    private val encoding = contentEncoding(headers)

    val body: AnswerBody = openBody(this)

    val isSuccess: Boolean get() = status in SUCCESS

    /** Whether the body makes sense when it is read: it is not encoded, or that is undone. */
    val isReadable: Boolean get() = encoding == null || encoding == ACCEPTED_ENCODING

    /** In lower case and without parameters; null if the server named none. */
    val mediaType: String? get() = mediaType(headers[HttpHeaders.ContentType])

    /** The length of the message that the server announced; null if it did not, or announced that of an encoded one. */
    val contentLength: Long? get() = if (encoding != null) null else headers[HttpHeaders.ContentLength]?.toLongOrNull()

    fun toHttpAnswer(bodyStart: String? = null): HttpAnswer = httpAnswer(status, headers, bodyStart, secrets())

    /** Something answered, but not as an MCP endpoint would. */
    fun notMcp(what: String, bodyStart: String?) =
        NotMcpException(
            "$url answered ${call.name} with $what",
            details("check the URL: a web site or a proxy seems to answer there, and no MCP endpoint", bodyStart),
        )

    fun protocol(what: String, bodyStart: String? = null, cause: Throwable? = null) =
        ProtocolException("$url answered ${call.name} with $what", details(MEND_SERVER, bodyStart), cause)

    fun tooLarge(limitBytes: Int) =
        MessageTooLargeException(
            "$url answered ${call.name} with a message of more than $limitBytes bytes",
            "maxMessageBytes",
            limitBytes.toLong(),
            details("ask for less, or raise maxMessageBytes", bodyStart = null),
        )

    fun brokeOff(fault: EngineFault, cause: Throwable) = fault.inBody(url, call.context.phase, toHttpAnswer(), cause)

    private fun details(remedy: String, bodyStart: String?) = FailureDetails(call.context.phase, url, remedy, toHttpAnswer(bodyStart))

    private companion object {
        val SUCCESS = 200..299
        const val MEND_SERVER = "report this to whoever runs the server: its answer breaks the protocol"
    }
}
