package io.kotest.provided

import io.github.latchkey.mcp.WireSchema
import io.github.latchkey.mcp.checkWire
import io.kotest.core.config.AbstractProjectConfig
import java.io.File

/** Holds every message that reaches a scripted server against the schema of its revision, where there are schemas. */
object ProjectConfig : AbstractProjectConfig() {
    override suspend fun beforeProject() {
        val folder = System.getProperty("latchkey.spec") ?: return
        checkWire = WireSchema(File(folder))::check
    }
}
