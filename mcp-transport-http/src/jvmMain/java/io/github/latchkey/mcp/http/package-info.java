/** Streamable HTTP and HTTP+SSE. */
@NullMarked
package io.github.latchkey.mcp.http;

import org.jspecify.annotations.NullMarked;
