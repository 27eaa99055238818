/** Skills that servers publish (SEP-2640). */
@NullMarked
package io.github.latchkey.mcp.skills;

import org.jspecify.annotations.NullMarked;
