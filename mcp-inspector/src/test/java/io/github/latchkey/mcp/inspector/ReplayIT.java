package io.github.latchkey.mcp.inspector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.latchkey.mcp.inspector.LatchkeyProcess.Finished;
import io.github.latchkey.mcp.test.LoopbackServer;
import io.github.latchkey.mcp.test.SampleTools;
import io.github.latchkey.mcp.test.ScriptedMcpServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions with servers, recorded, and had again with the recording. The server of a recording is a process of its own. */
class ReplayIT {
    private static final String[] COUNT = {"trigger-long-running-operation", "duration=0.2", "steps=2"};

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void aServerThatWeDidNotWriteSaysTheSameAgain() throws Exception {
        Path trace = folder.resolve("call");
        Finished tools;
        Finished call;
        try (EverythingServer server = EverythingServer.start()) {
            call = run("call", server.url(), COUNT, "--trace=" + trace);
            tools = run("tools", server.url(), new String[0], "--json");
        }
        assertTrue(Files.readString(trace).contains("\"method\":\"notifications/progress\""), call::toString);
        LatchkeyProcess replay = LatchkeyProcess.start(Map.of(), "replay", trace.toString(), "--json");
        String url = replay.awaitErrorLine("http");
        Finished again = run("call", url, COUNT);
        assertEquals(call.out(), again.out());
        assertEquals(call.err(), again.err(), "how far it is");
        assertTrue(again.err().contains("progress 2 of 2"), again::toString);
        assertEquals(withoutTime(tools), withoutTime(run("tools", url, new String[0], "--json")));
        replay.interrupt();
        replay.await().endsWith(130);
    }

    @Test
    void aStatelessServerSaysTheSameAgainAsAProcess() throws Exception {
        Path trace = folder.resolve("tools");
        ScriptedMcpServer server =
                SampleTools.addTo(ScriptedMcpServer.builder()).build();
        Finished tools;
        try (LoopbackServer loopback = LoopbackServer.start(server)) {
            tools = run("tools", loopback.url() + "/mcp", new String[0], "--json", "--trace=" + trace);
        }
        List<String> command = new ArrayList<>(List.of("--json", "--"));
        command.addAll(LatchkeyProcess.command("replay", trace.toString(), "--stdio"));
        Finished again = run("tools", "stdio:", command.toArray(String[]::new));
        assertEquals(withoutTime(tools), withoutTime(again));
    }

    /** The command in this process: it is the server that is tried here. */
    private Finished run(String command, String server, String[] arguments, String... more) {
        List<String> args = new ArrayList<>(List.of(command, server));
        args.addAll(Arrays.asList(arguments));
        args.addAll(Arrays.asList(more));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(stream(out), stream(err), Map.of("XDG_STATE_HOME", folder.toString())::get);
        int exitCode = new Program(console, Program.operations()).run(args.toArray(String[]::new));
        return new Finished(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), 0)
                .endsWith(0);
    }

    private static String withoutTime(Finished run) {
        return run.out().replaceFirst("\"elapsedMs\":[0-9]+", "\"elapsedMs\":0");
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
