package io.github.latchkey.mcp.inspector.doctor;

import io.github.latchkey.mcp.ErrorCode;
import io.github.latchkey.mcp.ServerLogEvent;
import io.github.latchkey.mcp.ServerProcessEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Servers that are started. */
final class ProcessRules {
    private ProcessRules() {}

    static @Nullable Verdict judge(Findings f) {
        if (!f.subject().isStdio()) return null;
        if (f.trail().all(ServerProcessEvent.class).isEmpty() && f.hasCode(ErrorCode.UNREACHABLE)) {
            return Cause.COMMAND_NOT_FOUND.because(
                    f.message(),
                    "check that the program is installed and on the PATH of this process, and that its name is spelled right");
        }
        ServerProcessEvent end = ownEnd(f);
        if (end != null) return exited(f, end);
        if (!f.trail().strayOutput().isEmpty()) return noise(f, "");
        if (f.hasCode(ErrorCode.TIMEOUT)) {
            return Cause.SILENT.because(
                    "the server was started and runs, but it does not answer: " + f.message(),
                    "check that the program is an MCP server on its standard streams, and needs no option for that");
        }
        return null;
    }

    /** How the process ended by itself; null if it did not: after a timeout it is we who ended it. */
    static @Nullable ServerProcessEvent ownEnd(Findings f) {
        boolean isOurs = f.failure() == null || f.hasCode(ErrorCode.TIMEOUT);
        return isOurs ? null : f.trail().processEnd();
    }

    private static Verdict exited(Findings f, ServerProcessEvent end) {
        String how = end.getExitCode() == null ? "closed its output" : "ended with exit code " + end.getExitCode();
        List<ServerLogEvent> said = f.trail().all(ServerLogEvent.class);
        String last = said.isEmpty()
                ? "without a word on standard error"
                : "and said last: " + Words.bounded(said.get(said.size() - 1).getLine());
        return Cause.PROCESS_EXITED.because(
                "the server was started and " + how + ", " + last,
                "run the command by hand to see why it ends; it may lack an argument, a variable of the environment or a file");
    }

    /** @param before what the sentence begins with */
    static Verdict noise(Findings f, String before) {
        int lines = f.trail().strayOutput().size();
        return Cause.STDOUT_NOISE.because(
                before + "the server writes other things than messages to its standard output (" + lines
                        + (lines == 1 ? " line" : " lines") + " so far)",
                "have the server write its log to standard error: standard output belongs to the protocol");
    }
}
