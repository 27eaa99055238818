package io.github.latchkey.mcp.auth

import io.github.latchkey.mcp.auth.TokenStoreProblem.CORRUPTED
import io.github.latchkey.mcp.auth.TokenStoreProblem.FOREIGN
import io.github.latchkey.mcp.auth.TokenStoreProblem.KEY_MISSING
import io.github.latchkey.mcp.auth.TokenStoreProblem.NOT_ENCRYPTED
import io.github.latchkey.mcp.auth.TokenStoreProblem.TOO_NEW
import io.github.latchkey.mcp.auth.TokenStoreProblem.WRONG_KEY
import io.github.latchkey.mcp.auth.internal.store.TokenRecords
import io.github.latchkey.mcp.auth.internal.store.decodeRecords
import io.github.latchkey.mcp.auth.internal.store.encodeRecords
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.contentOrNull
import kotlinx.serialization.json.intOrNull
import kotlinx.serialization.json.put
import java.util.Base64

/** The bytes of a token file (ADR 6): what it is and which version, and the records, encrypted if there is a [key]. */
internal class TokenFileFormat(
    private val file: TokenFile,
    private val key: TokenStoreKey?,
) {
    fun encode(records: TokenRecords): ByteArray {
        val plain = encodeRecords(records)
        val document =
            buildJsonObject {
                put("format", FORMAT)
                put("version", VERSION)
                if (key == null) {
                    put("records", plain)
                } else {
                    put("keyId", key.id())
                    put("encrypted", Base64.getEncoder().encodeToString(key.encrypt(plain.toString().toByteArray(), context(key))))
                }
            }
        return (document.toString() + "\n").toByteArray()
    }

    /** Throws [TokenStoreException], without a cause: that would quote the tokens. */
    fun decode(content: ByteArray): TokenRecords {
        val text = content.decodeToString()
        if (text.isBlank()) return TokenRecords()
        val document = parse(text) as? JsonObject ?: throw if (FORMAT in text.take(HEAD_CHARS)) corrupted() else foreign()
        if (document.text("format") != FORMAT) throw foreign()
        val version = (document["version"] as? JsonPrimitive)?.intOrNull?.takeIf { it > 0 } ?: throw corrupted()
        if (version > VERSION) throw file.failure(TOO_NEW, "has version $version, and this is version $VERSION", "use a newer Latchkey")
        val records = if ("encrypted" in document) decrypt(document) else plain(document)
        return try {
            decodeRecords(records ?: throw corrupted())
        } catch (expected: IllegalArgumentException) {
            throw corrupted()
        }
    }

    private fun plain(document: JsonObject): JsonElement? {
        // Who can write the file, but has no key, must not be able to put a sign-in of theirs into it.
        if (key !=
            null
        ) {
            throw file.failure(NOT_ENCRYPTED, "is not encrypted, and a key was given", "leave out the key, or name another file")
        }
        return document["records"]
    }

    private fun decrypt(document: JsonObject): JsonElement? {
        if (key == null) throw file.failure(KEY_MISSING, "is encrypted", "give its key")
        if (document.text("keyId") != key.id()) throw file.failure(WRONG_KEY, "is encrypted with another key", "give that key")
        val sealed = document.text("encrypted")?.let(::decodeBase64) ?: return null
        return key.decrypt(sealed, context(key))?.let { parse(it.decodeToString()) }
    }

    private fun parse(text: String): JsonElement? =
        try {
            Json.parseToJsonElement(text)
        } catch (expected: SerializationException) {
            null
        }

    private fun decodeBase64(text: String): ByteArray? =
        try {
            Base64.getDecoder().decode(text)
        } catch (expected: IllegalArgumentException) {
            null
        }

    private fun JsonObject.text(name: String): String? = (this[name] as? JsonPrimitive)?.contentOrNull

    // The version is part of what is sealed: nobody can have it read as another one.
    private fun context(key: TokenStoreKey) = "$FORMAT/$VERSION/${key.id()}"

    private fun corrupted() = file.failure(CORRUPTED, "is damaged", "remove it and sign in again, or restore it")

    private fun foreign() = file.failure(FOREIGN, "is a file of something else", "name another file")

    private companion object {
        const val FORMAT = "latchkey-tokens"
        const val VERSION = 1
        const val HEAD_CHARS = 64
    }
}
