package io.github.latchkey.mcp.skills

import io.github.latchkey.mcp.ClientOptions
import io.github.latchkey.mcp.EraMemory
import io.github.latchkey.mcp.McpClient
import io.github.latchkey.mcp.McpSession
import io.github.latchkey.mcp.RawJson
import io.github.latchkey.mcp.ScriptedServer
import io.github.latchkey.mcp.ServerCall
import io.github.latchkey.mcp.skills.SkillVerificationException.Check
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonPrimitive
import java.security.MessageDigest
import kotlin.io.encoding.Base64

private const val ROOT = "skill://acme/pdf"
private const val MAIN = "$ROOT/SKILL.md"
private const val FORMS = "$ROOT/references/FORMS.md"
private const val FRONTMATTER = """{"name":"pdf","description":"Fill PDFs","metadata":{"version":"2.1"}}"""
private const val BODY = "---\nname: pdf\ndescription: Fill PDFs\nmetadata:\n  version: '2.1'\n---\n\nFill them.\n"

/** Skills that a server publishes (SEP-2640). */
class SkillsSpec :
    FunSpec({
        fun digest(text: String) =
            "sha256:" + MessageDigest.getInstance("SHA-256").digest(text.encodeToByteArray()).joinToString("") { "%02x".format(it) }

        fun file(uri: String, text: String, size: Long? = text.encodeToByteArray().size.toLong()) = SkillFile(uri, digest(text), size)

        fun skill(
            vararg files: SkillFile = arrayOf(file(MAIN, BODY), file(FORMS, "forms")),
            uri: String = MAIN,
            frontmatter: String = FRONTMATTER,
        ) = Skill(uri, RawJson.parse(frontmatter), files.toList())

        fun contents(uri: String, text: String) = """{"contents":[{"uri":"$uri","text":${JsonPrimitive(text)}}]}"""

        fun discovering(settings: String): Pair<String, suspend ServerCall.() -> String> =
            "server/discover" to {
                """{"supportedVersions":["2026-07-28"],"capabilities":{"extensions":{"io.modelcontextprotocol/skills":$settings}}}"""
            }

        suspend fun <T> session(
            vararg answers: Pair<String, suspend ServerCall.() -> String>,
            settings: String = "{}",
            block: suspend (McpSession, ScriptedServer) -> T,
        ): T {
            val server = ScriptedServer(discovering(settings), *answers)
            return McpClient.connect(server.transport(), ClientOptions { eraMemory(EraMemory()) }) { block(it, server) }
        }

        /** Serves [main] as SKILL.md and `forms` as FORMS.md. */
        fun files(main: String): Pair<String, suspend ServerCall.() -> String> =
            "resources/read" to {
                val uri = params["uri"]!!.jsonPrimitive.content
                contents(uri, if (uri == MAIN) main else "forms")
            }

        suspend fun refused(skill: Skill, main: String = BODY): SkillVerificationException =
            session(files(main)) { session, _ -> shouldThrow<SkillVerificationException> { session.skills().load(skill) } }

        test("skills are listed, page by page, and nothing of them is read") {
            runTest {
                val pages: suspend ServerCall.() -> String = {
                    val next = if (params["cursor"] == null) ""","nextCursor":"2"""" else ""
                    """{"skills":[${skill().toJson()}]$next}"""
                }
                session("skills/list" to pages) { session, server ->
                    val listed = session.skills().list()
                    listed.map { it.name to it.description } shouldBe List(2) { "pdf" to "Fill PDFs" }
                    listed.first().resources!!.map { it.uri } shouldContainExactly listOf(MAIN, FORMS)
                    server.methods shouldContainExactly listOf("server/discover", "skills/list", "skills/list")
                }
            }
        }

        test("whether a server has skills is known from its capabilities, not from a URI") {
            runTest {
                session { session, _ -> session.skills().isOffered shouldBe true }
                McpClient.connect(
                    ScriptedServer(
                        "server/discover" to {
                            """{"supportedVersions":["2026-07-28"],"capabilities":{}}"""
                        },
                    ).transport(),
                    ClientOptions { eraMemory(EraMemory()) },
                ) { it.skills().isOffered shouldBe false }
            }
        }

        test("a skill that is not listed is had by its URI") {
            runTest {
                session("skills/get" to { """{"skill":${skill().toJson()}}""" }) { session, server ->
                    session.skills().get(MAIN).uri shouldBe MAIN
                    server.requests.last().params!!.toObject()!!["uri"] shouldBe JsonPrimitive(MAIN)
                }
            }
        }

        test("loading a skill reads its SKILL.md alone, and takes the frontmatter off") {
            runTest {
                session(files(BODY)) { session, server ->
                    val loaded = session.skills().load(skill())
                    loaded.text shouldBe BODY
                    loaded.instructions shouldBe "\nFill them.\n"
                    loaded.resolve("references/./FORMS.md") shouldBe FORMS
                    shouldThrow<IllegalArgumentException> { loaded.resolve("../other/SKILL.md") }
                    server.methods shouldContainExactly listOf("server/discover", "resources/read")
                }
            }
        }

        test("a skill whose files cannot be digested is compared by its frontmatter") {
            runTest {
                session(files(BODY)) { session, _ ->
                    session.skills().load(Skill(MAIN, RawJson.parse(FRONTMATTER))).instructions shouldContain "Fill"
                }
                val failure = refused(Skill(MAIN, RawJson.parse("""{"name":"pdf"}""")))
                failure.check shouldBe Check.FRONTMATTER
            }
        }

        test("SKILL.md with other bytes of the same number is refused") {
            runTest {
                val failure = refused(skill(), BODY.replace("Fill them", "Rob theme".take(9)))
                failure.check shouldBe Check.DIGEST
                failure.uri shouldBe MAIN
                failure.remedy shouldContain "again"
            }
        }

        test("SKILL.md of another size is refused") {
            runTest { refused(skill(), BODY + "more").check shouldBe Check.SIZE }
        }

        context("frontmatter that is not that of the entry is refused") {
            withData(
                nameFn = { it },
                "---\nname: pdf\ndescription: Send PDFs away\nmetadata:\n  version: '2.1'\n---\n",
                "---\nname: pdf\ndescription: Fill PDFs\nmetadata:\n  version: 2.1\n---\n",
                "---\nname: pdf\ndescription: Fill PDFs\n---\n",
                "---\nname: pdf\ndescription: Fill PDFs\nmetadata:\n  version: '2.1'\nallowed-tools: bash\n---\n",
                "name: pdf\n",
                "---\nname: pdf\n",
                "---\n[1, 2]\n---\n",
                "---\nname: *unknown\n---\n",
                "---\nname: pdf\nname: pdf\n---\n",
            ) { main ->
                runTest { refused(skill(file(MAIN, main)), main).check shouldBe Check.FRONTMATTER }
            }
        }

        test("numbers in frontmatter are compared by their value") {
            runTest {
                val main = "---\nname: pdf\nlevel: 1\nshare: 0.50\n---\n"
                val entry = skill(file(MAIN, main), frontmatter = """{"name":"pdf","level":1.0,"share":0.5}""")
                session(files(main)) { session, _ -> session.skills().load(entry).instructions shouldBe "" }
            }
        }

        context("an entry that no skill can have is refused before anything is read") {
            withData(
                nameFn = { it.first },
                "another name than its folder" to skill(frontmatter = """{"name":"xls","description":"d"}"""),
                "SKILL.md not listed" to skill(file(FORMS, "forms")),
                "a file twice" to skill(file(MAIN, BODY), file(MAIN, BODY)),
                "a file of another skill" to skill(file(MAIN, BODY), file("skill://acme/xls/SKILL.md", "x")),
                "no SKILL.md" to skill(file("$ROOT/README.md", BODY), uri = "$ROOT/README.md"),
            ) { (_, entry) ->
                runTest {
                    session(files(BODY)) { session, server ->
                        shouldThrow<SkillVerificationException> { session.skills().load(entry) }.check shouldBe Check.MANIFEST
                        server.methods shouldContainExactly listOf("server/discover")
                    }
                }
            }
        }

        test("a file of a skill is read when asked for, and verified") {
            runTest {
                session(files(BODY)) { session, _ ->
                    session.skills().read(skill(), FORMS).text shouldBe "forms"
                    val entry = skill(file(MAIN, BODY), file(FORMS, "other", size = null))
                    shouldThrow<SkillVerificationException> { session.skills().read(entry, FORMS) }.check shouldBe Check.DIGEST
                }
            }
        }

        test("a file that the entry does not list is not read") {
            runTest {
                session(files(BODY)) { session, server ->
                    val failure = shouldThrow<SkillVerificationException> { session.skills().read(skill(), "$ROOT/evil.sh") }
                    failure.check shouldBe Check.MANIFEST
                    server.methods shouldContainExactly listOf("server/discover")
                }
            }
        }

        test("the digest of a binary file is that of its bytes") {
            runTest {
                val blob = Base64.encode("forms".encodeToByteArray())
                session("resources/read" to { """{"contents":[{"uri":"$FORMS","blob":"$blob"}]}""" }) { session, _ ->
                    session.skills().read(skill(), FORMS).blob shouldBe blob
                }
            }
        }

        test("contents of another URI are not taken for the file") {
            runTest {
                session("resources/read" to { contents(FORMS, BODY) }) { session, _ ->
                    shouldThrow<SkillVerificationException> { session.skills().load(skill()) }.check shouldBe Check.MANIFEST
                }
            }
        }

        test("folders are listed where the server said that it does") {
            runTest {
                val listing = """{"resources":[{"uri":"$ROOT/references","name":"references","mimeType":"inode/directory"}]}"""
                session("resources/directory/read" to { listing }, settings = """{"directoryRead":true}""") { session, _ ->
                    session.skills().listDirectory(ROOT).single().mimeType shouldBe "inode/directory"
                }
                session { session, _ -> shouldThrow<IllegalStateException> { session.skills().listDirectory(ROOT) } }
            }
        }
    })
