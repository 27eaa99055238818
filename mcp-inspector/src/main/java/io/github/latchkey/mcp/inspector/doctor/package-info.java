/** The rules of {@code latchkey doctor}: from what was seen on the way to a server to what is wrong. Without I/O, but for the probes. */
@NullMarked
package io.github.latchkey.mcp.inspector.doctor;

import org.jspecify.annotations.NullMarked;
