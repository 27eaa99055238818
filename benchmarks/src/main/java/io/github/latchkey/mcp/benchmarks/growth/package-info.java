/** What becomes of a call's cost when there is more of everything: {@code benchmarks/growth}. */
package io.github.latchkey.mcp.benchmarks.growth;
