package io.github.latchkey.mcp.auth.internal.authorization

/**
 * The scopes of a first sign-in: those the application wants, else those of the challenge, else all of the protected resource; empty means that
 * the parameter is left out. What the authorization server supports is beside the point (MCP, Scope Selection Strategy).
 */
internal fun initialScopes(wanted: List<String>, challenged: List<String>?, resourceSupports: List<String>?): List<String> =
    wanted.ifEmpty { challenged ?: resourceSupports.orEmpty() }.distinct()

/** The scopes of a step-up: everything asked for and given so far, and what is asked for now (MCP 2026-07-28, Step-Up Authorization Flow). */
internal fun stepUpScopes(requested: List<String>, granted: List<String>, challenged: List<String>): List<String> =
    (requested + granted + challenged).distinct()

/** Adds `offline_access` where the authorization server offers it. Never alone: the server would take it for all that is wanted. */
internal fun withOfflineAccess(scopes: List<String>, serverSupports: List<String>): List<String> =
    if (scopes.isNotEmpty() && OFFLINE_ACCESS in serverSupports) (scopes + OFFLINE_ACCESS).distinct() else scopes

private const val OFFLINE_ACCESS = "offline_access"
