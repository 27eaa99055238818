package io.github.latchkey.mcp.clients

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf

/** `mcp.json`, as hosts write it. */
class ServerConfigSpec :
    FunSpec({
        val environment = mapOf("TOKEN" to "s3cret", "EMPTY" to "")

        fun parse(text: String) = ServerConfig.parse(text, environment::get)

        test("servers at a URL and servers that are started") {
            val servers =
                parse(
                    """{"mcpServers":{
                        "web":{"type":"http","url":"https://example.com/mcp","headers":{"Authorization":"Bearer ${'$'}{TOKEN}"}},
                        "local":{"command":"npx","args":["-y","server",8080],"env":{"KEY":"${'$'}{env:TOKEN}"},"cwd":"/srv"}}}""",
                )
            val web = servers[0].shouldBeInstanceOf<ServerConfig.Http>()
            web.name shouldBe "web"
            web.url shouldBe "https://example.com/mcp"
            web.headers shouldBe mapOf("Authorization" to "Bearer s3cret")
            val local = servers[1].shouldBeInstanceOf<ServerConfig.Stdio>()
            local.command shouldBe listOf("npx", "-y", "server", "8080")
            local.environment shouldBe mapOf("KEY" to "s3cret")
            local.directory shouldBe "/srv"
            servers.forEach { it.toString() shouldNotContain "s3cret" }
        }

        test("'servers' as editors write it, and a server that is disabled") {
            parse("""{"servers":{"a":{"url":"http://localhost/"},"b":{"command":"x","disabled":true}}}""").map { it.name } shouldBe
                listOf("a")
        }

        context("variables") {
            withData(
                "a${'$'}{TOKEN}b" to "as3cretb",
                "${'$'}{MISSING:-else}" to "else",
                "${'$'}{MISSING:-}" to "",
                "${'$'}{EMPTY}" to "",
                "${'$'}{EMPTY:-else}" to "",
                "${'$'}TOKEN ${'$'}{} ${'$'}{1}" to "${'$'}TOKEN ${'$'}{} ${'$'}{1}",
            ) { (text, expected) ->
                parse("""{"mcpServers":{"a":{"command":"$text"}}}""").single().shouldBeInstanceOf<ServerConfig.Stdio>().command shouldBe
                    listOf(expected)
            }
        }

        context("a file that is none is refused, with the place and without values") {
            withData(
                nameFn = { it.first },
                "{" to "not JSON",
                "[]" to "no JSON object",
                "{}" to "mcpServers",
                """{"mcpServers":[]}""" to "mcpServers",
                """{"mcpServers":{"a":1}}""" to "mcpServers.a",
                """{"mcpServers":{"a":{}}}""" to "either a 'url' or a 'command'",
                """{"mcpServers":{"a":{"url":"u","command":"c"}}}""" to "either a 'url' or a 'command'",
                """{"mcpServers":{"a":{"url":"u","headers":["s3cret"]}}}""" to "mcpServers.a.headers",
                """{"mcpServers":{"a":{"command":"c","args":"s3cret"}}}""" to "mcpServers.a.args",
                """{"mcpServers":{"a":{"command":"c","env":{"K":["s3cret"]}}}}""" to "mcpServers.a.env.K",
                """{"mcpServers":{"a":{"url":"https://s3cret@host/${'$'}{NOT_THERE}"}}}""" to "NOT_THERE",
                """{"mcpServers":{"a":{"url":"s3cret" """ to "not JSON",
            ) { (text, word) ->
                val message = shouldThrow<IllegalArgumentException> { parse(text) }.message.orEmpty()
                message shouldContain word
                message shouldNotContain "s3cret"
            }
        }
    })
