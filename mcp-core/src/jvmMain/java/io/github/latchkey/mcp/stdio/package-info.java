/** MCP over the standard streams of a child process. */
@NullMarked
package io.github.latchkey.mcp.stdio;

import org.jspecify.annotations.NullMarked;
