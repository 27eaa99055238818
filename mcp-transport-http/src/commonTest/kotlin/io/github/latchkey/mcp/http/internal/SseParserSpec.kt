package io.github.latchkey.mcp.http.internal

import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe

private class StreamCase(
    val name: String,
    val stream: String,
    val events: List<Pair<String, String>>,
    val lastEventId: String = "",
    val retryMillis: Long? = null,
)

private fun messages(vararg data: String) = data.map { "" to it }

private val CASES =
    listOf(
        StreamCase("LF ends lines", "data: a\n\ndata: b\n\n", messages("a", "b")),
        StreamCase("CRLF ends lines", "data: a\r\n\r\ndata: b\r\n\r\n", messages("a", "b")),
        StreamCase("CR ends lines", "data: a\r\rdata: b\r\r", messages("a", "b")),
        StreamCase("line ends may be mixed", "data: a\r\n\ndata: b\n\r\ndata: c\r\r\n", messages("a", "b", "c")),
        StreamCase("one leading BOM is dropped", "\uFEFFdata: a\n\n", messages("a")),
        StreamCase("a second BOM is part of the field name", "\uFEFF\uFEFFdata: a\n\ndata: b\n\n", messages("b")),
        StreamCase("a BOM later on is part of the field name", "data: a\n\n\uFEFFdata: b\n\n", messages("a")),
        StreamCase("data lines are joined with LF", "data: a\ndata: b\ndata: c\n\n", messages("a\nb\nc")),
        StreamCase("only one space after the colon is dropped", "data:a\n\ndata:  b\n\n", messages("a", " b")),
        StreamCase("a value keeps its colons", "data: {\"a\":\"b: c\"}\n\n", messages("{\"a\":\"b: c\"}")),
        StreamCase("comments are ignored", ": ping\n\n:\ndata: a\n: more\n\n", messages("a")),
        StreamCase("unknown fields are ignored", "dat: x\ndatas: x\nData: x\nfoo\ndata: a\n\n", messages("a")),
        StreamCase("an event has a type", "event: endpoint\ndata: /x\n\ndata: a\n\n", listOf("endpoint" to "/x", "" to "a")),
        StreamCase("a type without data is forgotten", "event: endpoint\n\ndata: a\n\n", messages("a")),
        StreamCase("a field without a colon has an empty value", "data\ndata: a\n\n", messages("\na")),
        StreamCase("an event with empty data is not dispatched", "id: 7\nretry: 500\ndata:\n\n", emptyList(), "7", 500),
        StreamCase("an id stays in force", "id: 1\ndata: a\n\ndata: b\n\n", messages("a", "b"), "1"),
        StreamCase("an empty id resets it", "id: 1\ndata: a\n\nid:\ndata: b\n\n", messages("a", "b"), ""),
        StreamCase("an id with NUL is ignored", "id: 1\ndata: a\n\nid: 2\u0000\ndata: b\n\n", messages("a", "b"), "1"),
        StreamCase("the id of an unfinished event does not count", "id: 1\ndata: a\n\nid: 2\ndata: b\n", messages("a"), "1"),
        StreamCase("retry takes digits only", "retry: 1a\nretry: -1\nretry: \nretry: 99999999999999999999\n\n", emptyList()),
        StreamCase("the last retry counts", "retry: 1\nretry: 20\n\n", emptyList(), retryMillis = 20),
        StreamCase("an unfinished event is discarded", "data: a\n\ndata: b\n", messages("a")),
        StreamCase("an unfinished line is discarded", "data: a\n\ndata: b", messages("a")),
        StreamCase("text is UTF-8", "data: Grüße, 世界 🌍\n\n", messages("Grüße, 世界 🌍")),
    )

class SseParserSpec : FunSpec({
    context("a stream in one chunk (WHATWG HTML §9.2.6)") {
        withData(nameFn = StreamCase::name, CASES) { case ->
            val parser = SseParser(1000)
            parser.readAll(case.stream.encodeToByteArray(), chunkBytes = 10_000) shouldContainExactly case.events
            parser.lastEventId shouldBe case.lastEventId
            parser.retryMillis shouldBe case.retryMillis
        }
    }

    context("the same stream byte by byte") {
        withData(nameFn = StreamCase::name, CASES) { case ->
            val parser = SseParser(1000)
            parser.readAll(case.stream.encodeToByteArray(), chunkBytes = 1) shouldContainExactly case.events
            parser.lastEventId shouldBe case.lastEventId
            parser.retryMillis shouldBe case.retryMillis
        }
    }

    context("the same stream three bytes at a time") {
        withData(nameFn = StreamCase::name, CASES) { case ->
            SseParser(1000).readAll(case.stream.encodeToByteArray(), chunkBytes = 3) shouldContainExactly case.events
        }
    }

    context("next") {
        test("gives an event as soon as its blank line is there, before the LF of a CRLF") {
            val parser = SseParser(1000)
            val bytes = "data: a\r\n\r".encodeToByteArray()
            parser.feed(bytes, bytes.size)
            parser.next()?.data shouldBe "a"
            parser.next().shouldBeNull()
        }

        test("accepts an event of the very limit") {
            shouldNotThrowAny { SseParser(10).readAll("data:1234\n\n".encodeToByteArray(), 1) }
        }

        test("refuses a longer line that never ends") {
            shouldThrow<EventTooLargeException> { SseParser(10).readAll("data: 123456".encodeToByteArray(), 1) }.limitBytes shouldBe 10
        }

        test("refuses an event of many short lines") {
            shouldThrow<EventTooLargeException> { SseParser(10).readAll("data:1234\n".repeat(3).encodeToByteArray(), 100) }
        }

        test("refuses an endless comment") {
            shouldThrow<EventTooLargeException> { SseParser(10).readAll(":1234567890".encodeToByteArray(), 3) }
        }

        test("counts the limit for each event alone") {
            SseParser(20).readAll("data: 123456789\n\n".repeat(5).encodeToByteArray(), 7).size shouldBe 5
        }

        test("finds nothing in an empty stream") {
            SseParser(10).readAll(ByteArray(0), 1).shouldBeEmpty()
        }
    }

    context("isMessage") {
        test("is true without a type") { ServerSentEvent("", "x").isMessage shouldBe true }
        test("is true for type message") { ServerSentEvent("message", "x").isMessage shouldBe true }
        test("is false for any other type") { ServerSentEvent("endpoint", "x").isMessage shouldBe false }
    }
})

private fun SseParser.readAll(stream: ByteArray, chunkBytes: Int): List<Pair<String, String>> {
    val events = mutableListOf<Pair<String, String>>()
    val chunk = ByteArray(chunkBytes)
    for (from in stream.indices step chunkBytes) {
        val to = minOf(from + chunkBytes, stream.size)
        stream.copyInto(chunk, 0, from, to)
        feed(chunk, to - from)
        generateSequence { next() }.forEach { events += it.type to it.data }
    }
    return events
}
