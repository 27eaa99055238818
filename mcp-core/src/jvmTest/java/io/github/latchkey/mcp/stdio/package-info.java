@NullMarked
package io.github.latchkey.mcp.stdio;

import org.jspecify.annotations.NullMarked;
