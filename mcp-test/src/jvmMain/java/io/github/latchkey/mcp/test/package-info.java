/** Servers and transports for tests of MCP clients. */
@NullMarked
package io.github.latchkey.mcp.test;

import org.jspecify.annotations.NullMarked;
