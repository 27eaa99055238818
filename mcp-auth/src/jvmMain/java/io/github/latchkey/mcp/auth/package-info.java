/** OAuth for MCP: everything between a 401 and a usable token. */
@NullMarked
package io.github.latchkey.mcp.auth;

import org.jspecify.annotations.NullMarked;
