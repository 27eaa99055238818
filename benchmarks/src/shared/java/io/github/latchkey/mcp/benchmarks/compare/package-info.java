/**
 * What measures a client, in the client's process. Needs the JDK alone: the peers are compiled with it, each on its own class path.
 */
package io.github.latchkey.mcp.benchmarks.compare;
