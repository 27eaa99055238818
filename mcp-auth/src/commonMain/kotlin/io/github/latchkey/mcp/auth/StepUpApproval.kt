package io.github.latchkey.mcp.auth

/** Asked before a person is asked for more scopes, or a program gets them: what a server wants in the middle of a task need not be wanted by anybody else. */
public fun interface StepUpApproval {
    /** Whether to go on; false leaves the request with its `insufficient_scope`. May wait for a person, as long as a sign-in may. */
    public suspend fun isApproved(stepUp: StepUp): Boolean
}

/**
 * A request for more (MCP 2026-07-28, Step-Up Authorization Flow).
 *
 * @property server the MCP endpoint, without its query
 * @property operation what was refused: the JSON-RPC method, and for `tools/call` and the like the name after a space
 * @property scopes what would be asked for that is not granted yet
 */
public class StepUp internal constructor(
    public val server: String,
    public val operation: String,
    public val scopes: List<String>,
) {
    override fun toString(): String = "StepUp(server=$server, operation=$operation, scopes=$scopes)"
}
