/** Runs the comparison: the order of the processes, what they printed, and the tables. */
package io.github.latchkey.mcp.benchmarks.compare.driver;
