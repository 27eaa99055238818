package io.github.latchkey.mcp.benchmarks.compare.clients

import io.github.latchkey.mcp.benchmarks.compare.Kind
import io.github.latchkey.mcp.benchmarks.compare.SuspendingClient
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.okhttp.OkHttp
import io.ktor.client.request.header
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.readRawBytes
import io.ktor.http.ContentType
import io.ktor.http.content.ByteArrayContent
import io.ktor.http.isSuccess
import okhttp3.Dispatcher

/** Ktor's client, bare: it sends bytes and reads bytes. */
abstract class BareKtor internal constructor(
    private val http: HttpClient,
) : SuspendingClient() {
    private var endpoint = ""

    override suspend fun connect(url: String) {
        endpoint = url
        exchange(Bytes.INITIALIZE)
        exchange(Bytes.INITIALIZED)
    }

    override suspend fun request(kind: Kind): Long = exchange(Bytes.of(kind))

    private suspend fun exchange(body: ByteArray): Long {
        val response =
            http.post(endpoint) {
                header("Accept", Bytes.ACCEPT)
                header(Bytes.VERSION_HEADER, Bytes.VERSION)
                setBody(ByteArrayContent(body, ContentType.Application.Json))
            }
        check(response.status.isSuccess()) { "HTTP ${response.status}" }
        return response.readRawBytes().size.toLong()
    }

    override suspend fun end(): Unit = Unit
}

/** On OkHttp, whose limit of five requests to a host at once is lifted. */
class BareKtorOkHttp : BareKtor(HTTP) {
    private companion object {
        val HTTP =
            HttpClient(OkHttp) {
                engine {
                    config {
                        dispatcher(
                            Dispatcher().apply {
                                maxRequests = 1024
                                maxRequestsPerHost = 1024
                            },
                        )
                    }
                }
            }
    }
}

/** On CIO. */
class BareKtorCio : BareKtor(HTTP) {
    private companion object {
        val HTTP = HttpClient(CIO)
    }
}
