package io.github.latchkey.mcp.http

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.nio.file.Path
import java.security.KeyStore
import kotlin.io.path.outputStream
import kotlin.io.path.writeText

class TlsOptionsSpec : FunSpec({
    val folder = tempdir().toPath()
    val client = TestCertificates.client

    fun file(name: String, text: String): Path = folder.resolve(name).apply { writeText(text) }

    fun store(name: String, type: String, fill: KeyStore.() -> Unit): Path {
        val store = KeyStore.getInstance(type).apply {
            load(null, null)
            fill()
        }
        return folder.resolve(name).also { path -> path.outputStream().use { store.store(it, "secret".toCharArray()) } }
    }

    context("what is trusted") {
        test("comes from PEM, or a key store of either type, all the same") {
            val pem = TlsOptions.Builder().trust(file("ca.pem", TestCertificates.authority.pem)).build()
            pem shouldBe TlsOptions.Builder().trustPem("some words\n" + TestCertificates.authority.pem).build()
            for (type in listOf("PKCS12", "JKS")) {
                val file = store("trust.$type", type) { setCertificateEntry("ca", TestCertificates.authority.certificate) }
                val options = TlsOptions.Builder().trustStore(file, "secret").build()
                options shouldBe pem
                options.hashCode() shouldBe pem.hashCode()
            }
        }

        test("makes options differ") {
            TlsOptions.Builder().trustPem(TestCertificates.authority.pem).build() shouldNotBe TlsOptions.Builder().build()
        }
    }

    context("a client certificate") {
        test("comes from PEM or a key store") {
            val pem =
                TlsOptions
                    .Builder()
                    .clientCertificate(file("client.pem", client.pem), file("client.key", client.keyPem))
                    .build()
            val store = folder.resolve("client.p12")
            store.outputStream().use { client.keyStore("secret").store(it, "secret".toCharArray()) }
            TlsOptions.Builder().clientKeyStore(store, "secret").build() shouldBe pem
        }

        test("is shown by its name, and its key never") {
            val options = TlsOptions.Builder().clientCertificatePem(client.pem, client.keyPem).build()
            options.toString() shouldContain "CN=client"
            options.toString() shouldNotContain "PRIVATE"
        }
    }

    context("what cannot be used is refused with the name of the file:") {
        fun refused(what: String, action: TlsOptions.Builder.() -> Unit): IllegalArgumentException {
            val failure = shouldThrow<IllegalArgumentException> { TlsOptions.Builder().action() }
            failure.message.orEmpty() shouldContain what
            return failure
        }

        test("a file that is not there") {
            refused("there is no file") { trust(folder.resolve("none.pem")) }.message.orEmpty() shouldContain "none.pem"
            refused("there is no file") { trustStore(folder.resolve("none.p12"), "x") }
        }

        test("a folder") { refused("cannot be read") { trust(folder) } }

        test("a file without PEM") { refused("words.pem has no certificate in PEM") { trust(file("words.pem", "words")) } }

        test("a key where a certificate should be") {
            val failure = refused("key.pem has no certificate in PEM, but 'PRIVATE KEY'") { trust(file("key.pem", client.keyPem)) }
            failure.message.orEmpty() shouldNotContain client.keyPem.lines()[1]
        }

        test("a certificate that is none") {
            refused("bad.pem has a certificate that cannot be read") { trust(file("bad.pem", pem("CERTIFICATE", byteArrayOf(1, 2, 3)))) }
                .cause
                .shouldNotBeNull()
        }

        test("a key in PKCS#1, with the way to convert it") {
            val key = file("rsa.key", client.keyPem.replace("PRIVATE", "RSA PRIVATE"))
            refused("rsa.key has no private key in PKCS#8, but 'RSA PRIVATE KEY'; 'openssl pkcs8 -topk8 -nocrypt' makes one") {
                clientCertificate(file("client.pem", client.pem), key)
            }
        }

        test("a key that is none") {
            refused("bad.key has a private key that cannot be read") {
                clientCertificate(file("client.pem", client.pem), file("bad.key", pem("PRIVATE KEY", byteArrayOf(1, 2, 3))))
            }
        }

        test("a key of another certificate") {
            for (other in listOf(TestCertificates.ecClient, TestCertificates.localhost)) {
                refused("other.key is not that of the client certificate") {
                    clientCertificate(file("client.pem", client.pem), file("other.key", other.keyPem))
                }
            }
        }

        test("a key store with another password, which is not shown") {
            val file = store("trust.p12", "PKCS12") { setCertificateEntry("ca", TestCertificates.authority.certificate) }
            refused("trust.p12 is no key store (PKCS#12 or JKS), or its password is another") { trustStore(file, "wrong-word") }
                .message.orEmpty() shouldNotContain "wrong-word"
        }

        test("a file that is no key store") {
            refused("is no key store") { trustStore(file("words.p12", "words"), "x") }
        }

        test("a key store without what is needed") {
            refused("has no private key") {
                clientKeyStore(store("trust.p12", "PKCS12") { setCertificateEntry("ca", TestCertificates.authority.certificate) }, "secret")
            }
            refused("has no certificate") { trustStore(store("empty.p12", "PKCS12") {}, "secret") }
        }
    }
})
