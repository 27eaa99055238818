package io.github.latchkey.mcp.auth.internal.registration

import io.github.latchkey.mcp.auth.ClientRegistration
import io.github.latchkey.mcp.auth.NonInteractivePrompt
import io.github.latchkey.mcp.auth.OAuthOptions
import io.github.latchkey.mcp.auth.internal.discovery.AuthorizationServer
import io.github.latchkey.mcp.auth.internal.url.HttpUrl
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import kotlin.time.Instant

class ClientChoiceTest : FunSpec({
    val document = "https://app.example/client.json"
    val now = Instant.fromEpochSeconds(1_000)

    fun server(cimd: Boolean = false, dcr: Boolean = false) =
        AuthorizationServer(
            "https://as",
            null,
            null,
            if (dcr) HttpUrl.parse("https://as/register") else null,
            clientIdMetadataDocumentSupported = cimd,
        )

    fun stored(expiresAt: Long?) = ClientRegistration(
        "https://as",
        "stored",
        null,
        expiresAt?.let(Instant::fromEpochSeconds),
        null,
        emptyList(),
    )

    fun name(choice: ClientChoice) =
        when (choice) {
            is ClientChoice.Known -> choice.client.clientId
            ClientChoice.Register -> "register"
            ClientChoice.Impossible -> "impossible"
        }

    context("the order of choice (AUTH-25, AUTH-29, AUTH-34)") {
        class Case(
            val expected: String,
            val given: Boolean = false,
            val describes: Boolean = false,
            val cimd: Boolean = false,
            val dcr: Boolean = false,
            val stored: ClientRegistration? = null,
        )
        withData(
            nameFn = { "${it.expected}: given=${it.given} describes=${it.describes} cimd=${it.cimd} dcr=${it.dcr} stored=${it.stored}" },
            Case("given", given = true, describes = true, cimd = true, dcr = true, stored = stored(null)),
            Case(document, describes = true, cimd = true, dcr = true, stored = stored(null)),
            Case("stored", describes = true, cimd = false, dcr = true, stored = stored(null)),
            Case("register", describes = true, cimd = false, dcr = true),
            Case("register", describes = false, cimd = true, dcr = true),
            Case("stored", dcr = true, stored = stored(1_001)),
            Case("register", dcr = true, stored = stored(1_000)),
            Case("impossible", cimd = true, describes = false),
            Case("impossible", stored = stored(999)),
        ) { case ->
            val builder = OAuthOptions.builder(NonInteractivePrompt)
            if (case.given) builder.client("given")
            if (case.describes) builder.clientMetadataUrl(document)
            name(chooseClient(builder.build(), server(case.cimd, case.dcr), case.stored, now)) shouldBe case.expected
        }
    }

    context("a client metadata URL (AUTH-27, AUTH-28)") {
        withData(
            nameFn = { "'${it.first}'" },
            "http://app.example/client.json" to "clientMetadataUrl is not an absolute https URL",
            "https://user@app.example/client.json" to "clientMetadataUrl is not an absolute https URL",
            "https://app.example" to "clientMetadataUrl has no path",
            "https://app.example/" to "clientMetadataUrl has no path",
            "https://app.example/client.json#x" to "clientMetadataUrl has a fragment",
            "https://app.example/../client.json" to "clientMetadataUrl has a dot segment",
            "https://app.example/./client.json" to "clientMetadataUrl has a dot segment",
        ) { (url, problem) -> shouldThrow<IllegalArgumentException> { requireClientMetadataUrl(url) }.message shouldBe problem }

        test("a good one") { shouldNotThrowAny { requireClientMetadataUrl("https://conformance-test.local/client-metadata.json") } }
    }
})
