package io.github.latchkey.mcp.auth.internal

import io.github.latchkey.mcp.McpException
import io.github.latchkey.mcp.auth.AssertionSource
import io.github.latchkey.mcp.auth.AuthorizationStep
import io.github.latchkey.mcp.auth.authorizationFailed
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive

/** What stands for somebody: an ID token, an ID-JAG, the JWT of a workload, a device code. Its [toString] leaves it out. */
internal class Assertion(
    val value: String,
) {
    override fun toString(): String = "Assertion"
}

/** A new assertion for [audience]; whatever the source throws belongs to [step]. */
@Suppress("SuspendFunSwallowedCancellation")
internal suspend fun AssertionSource.fetch(step: AuthorizationStep, audience: String): Assertion {
    val text =
        try {
            assertion(audience)
        } catch (e: McpException) {
            throw e
        } catch (e: Exception) {
            currentCoroutineContext().ensureActive()
            throw unavailable(step, "cannot be had: ${e.message ?: e::class.simpleName}", e)
        }
    if (text.isBlank() ||
        text.any { it !in '!'..'~' }
    ) {
        throw unavailable(step, "is empty, or has spaces or characters that no token has", null)
    }
    return Assertion(text)
}

private fun unavailable(step: AuthorizationStep, problem: String, cause: Exception?) =
    authorizationFailed(step, null, "the assertion $problem", "check where the assertions come from", cause = cause)
