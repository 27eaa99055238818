package io.github.latchkey.mcp.test

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.ktor.client.request.header
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.content.TextContent
import io.ktor.server.testing.testApplication

class InMemoryTest : FunSpec({
    test("the same routes run in testApplication") {
        val server = ScriptedMcpServer { answerMode(AnswerMode.SSE) }
        testApplication {
            application { mcpServer(server) }
            val answer =
                client.post("/mcp") {
                    statelessHeaders("server/discover").filterKeys { it != "Content-Type" }.forEach { (name, value) -> header(name, value) }
                    setBody(TextContent(statelessBody("server/discover"), ContentType.Application.Json))
                }
            answer.status.value shouldBe 200
            answer.bodyAsText().contains("supportedVersions") shouldBe true
        }
        server.assertNoViolations()
    }
})
