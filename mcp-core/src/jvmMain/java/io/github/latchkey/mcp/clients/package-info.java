/** Many servers used as one. */
@NullMarked
package io.github.latchkey.mcp.clients;

import org.jspecify.annotations.NullMarked;
