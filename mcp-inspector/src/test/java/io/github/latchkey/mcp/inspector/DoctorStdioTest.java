package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.doctor.Cause;
import org.junit.jupiter.api.Test;

/** Servers that are started. */
class DoctorStdioTest {
    private static final String SERVER = """
            while read -r line; do
              id=$(printf '%s' "$line" | sed -n 's/.*"id":\\([0-9]*\\).*/\\1/p')
              case "$line" in
                *'"server/discover"'*) printf '{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"no"}}\\n' "$id";;
                *'"initialize"'*) printf '{"jsonrpc":"2.0","id":%s,"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"sh","version":"1"}}}\\n' "$id";;
                *'"tools/list"'*) printf '{"jsonrpc":"2.0","id":%s,"result":{"tools":[{"name":"t","inputSchema":{"type":"object"}}]}}\\n' "$id";;
              esac
            done
            """;

    @Test
    void aProgramThatIsNotThere() {
        Diagnosed found = Diagnosed.json("stdio:", "--", "no-such-program-here").says(Cause.COMMAND_NOT_FOUND, 5);
        assertEquals("failed", found.outcome("command"));
    }

    @Test
    void aProgramThatEndsAtOnce() {
        Diagnosed found = Diagnosed.json("stdio:", "--", "sh", "-c", "echo no key >&2; exit 3")
                .says(Cause.PROCESS_EXITED, 5);
        assertEquals("3", LatchkeyProcess.text(found.step("process"), "exitCode"));
        assertTrue(LatchkeyProcess.text(found.step("process"), "standardError").contains("no key"), found::toString);
        assertTrue(found.verdict("message").contains("exit code 3"), found::toString);
    }

    @Test
    void aProgramThatSaysNothing() {
        Diagnosed.json("stdio:", "--timeout", "300ms", "--", "sleep", "30").says(Cause.SILENT, 6);
    }

    @Test
    void aServerThatLogsToItsOutput() {
        String noisy = "echo Starting up; " + SERVER;
        Diagnosed found = Diagnosed.json("stdio:", "--", "sh", "-c", noisy).says(Cause.STDOUT_NOISE, 0);
        assertEquals("warning", found.outcome("output"));
        assertEquals("ok", found.outcome("tools"));
        Diagnosed.json("stdio:", "--timeout", "300ms", "--", "sh", "-c", "echo Starting up; exec sleep 30")
                .says(Cause.STDOUT_NOISE, 6);
    }

    @Test
    void aServerThatIsWell() {
        Diagnosed found = Diagnosed.json("stdio:", "--", "sh", "-c", SERVER).says(Cause.NONE, 0);
        assertEquals("1", LatchkeyProcess.text(found.step("tools"), "count"));
        assertEquals("2025-11-25", LatchkeyProcess.text(found.step("handshake"), "revision"));
    }
}
