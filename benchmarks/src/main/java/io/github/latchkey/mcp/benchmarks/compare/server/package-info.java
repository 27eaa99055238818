/** The server of the comparison. */
package io.github.latchkey.mcp.benchmarks.compare.server;
