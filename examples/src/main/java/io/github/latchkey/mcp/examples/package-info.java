/** Small runnable programs. */
@NullMarked
package io.github.latchkey.mcp.examples;

import org.jspecify.annotations.NullMarked;
