/** Benchmarks of what speed was a reason for. */
@NullMarked
package io.github.latchkey.mcp.benchmarks;

import org.jspecify.annotations.NullMarked;
