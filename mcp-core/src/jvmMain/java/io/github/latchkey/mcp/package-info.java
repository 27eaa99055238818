/** An MCP client: sessions, the protocol's types, transports and authorizers. */
@NullMarked
package io.github.latchkey.mcp;

import org.jspecify.annotations.NullMarked;
