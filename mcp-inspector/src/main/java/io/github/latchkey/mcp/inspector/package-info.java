/** The latchkey command. */
@NullMarked
package io.github.latchkey.mcp.inspector;

import org.jspecify.annotations.NullMarked;
