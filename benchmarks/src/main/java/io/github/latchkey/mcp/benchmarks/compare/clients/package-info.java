/** Latchkey and the bare HTTP clients, as clients of the comparison. */
package io.github.latchkey.mcp.benchmarks.compare.clients;
