/** The program that the MCP conformance suite drives. */
@NullMarked
package io.github.latchkey.mcp.conformance;

import org.jspecify.annotations.NullMarked;
