package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.McpException;
import io.github.latchkey.mcp.RequestRejectedException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Reads the command line, runs one command and reports what came of it, once, whether it ends or is interrupted. */
final class Program {
    private final Console console;
    private final Map<String, Operation> operations;
    private final long start = System.nanoTime();
    private final AtomicBoolean isReported = new AtomicBoolean();
    private volatile @Nullable Invocation running;
    private volatile boolean isJson;
    private volatile String command = "latchkey";

    Program(Console console, Map<String, Operation> operations) {
        this.console = console;
        this.operations = operations;
    }

    /** The commands, in the order of the help. */
    static Map<String, Operation> operations() {
        Map<String, Operation> operations = new LinkedHashMap<>();
        operations.put("demo", new DemoOperation());
        operations.put("connect", new ConnectOperation());
        operations.put("tools", new ToolsOperation());
        operations.put("call", new CallOperation());
        operations.put("resources", new ResourcesOperation());
        operations.put("templates", new TemplatesOperation());
        operations.put("read", new ReadOperation());
        operations.put("prompts", new PromptsOperation());
        operations.put("prompt", new PromptOperation());
        operations.put("complete", new CompleteOperation());
        operations.put("listen", new ListenOperation());
        operations.put("replay", new ReplayOperation());
        operations.put("doctor", new DoctorOperation());
        operations.put("servers", new ServersOperation());
        operations.put("login", new LoginOperation());
        operations.put("logout", new LogoutOperation());
        operations.put("whoami", new WhoamiOperation());
        operations.put("completion", new CompletionOperation());
        return operations;
    }

    /** Returns the exit code. Throws nothing. */
    int run(String... args) {
        List<String> all = List.of(args);
        int end = all.indexOf("--");
        List<String> own = end < 0 ? all : all.subList(0, end);
        isJson = own.contains("--json");
        try {
            return execute(own, end < 0 ? List.of() : all.subList(end + 1, all.size()));
        } catch (ParameterException e) {
            command = e.getCommandLine().getCommandName();
            return report(Usage.failure(e));
        } catch (Throwable e) { // the last resort: also what is no Exception ends with a message and a code
            return report(Failure.of(e));
        }
    }

    /** Called when the process is told to end: stops what is running, tells the server, and reports. Does nothing after a report. */
    void interrupt() {
        Invocation invocation = running;
        if (invocation == null || isReported.get()) return;
        console.end(true);
        report(Failure.interrupted());
        invocation.stop();
    }

    private int execute(List<String> args, List<String> serverCommand) {
        ParseResult parsed = parse(args);
        LatchkeyCommand latchkey = (LatchkeyCommand) parsed.commandSpec().userObject();
        while (parsed.hasSubcommand()) parsed = parsed.subcommand();
        CommandLine chosen = parsed.commandSpec().commandLine();
        command = chosen.getCommandName();
        isJson = latchkey.output.isJson;
        if (parsed.isUsageHelpRequested()) return printOwn(Help.text(chosen, console.terminal()));
        if (parsed.isVersionHelpRequested()) return printOwn("latchkey " + Version.text());
        if (!(chosen.getCommand() instanceof Operation operation)) {
            return report(
                    Failure.usage("say which command", "'latchkey --help' lists them; 'latchkey demo' needs nothing"));
        }
        try (Invocation invocation = new Invocation(console, latchkey.output, serverCommand)) {
            running = invocation;
            return run(operation, invocation);
        }
    }

    private int run(Operation operation, Invocation invocation) {
        try {
            return report(operation.run(invocation));
        } catch (RequestRejectedException e) {
            return report(Failure.of(e));
        } catch (McpException e) {
            return report(Failure.of(e).withRemedy(operation.remedy(e)));
        } catch (UsageException e) {
            return report(Failure.of(e));
        } catch (Throwable e) {
            invocation.traceDefect(e);
            return report(Failure.of(e));
        }
    }

    /** Looking at all commands is a good part of what a start costs, so picocli gets to see the one that is meant. */
    private ParseResult parse(List<String> args) {
        List<String> named = operations.keySet().stream().filter(args::contains).toList();
        if (named.size() == 1) {
            try {
                ParseResult parsed = parse(args, commandLine(named));
                if (parsed.hasSubcommand()) return parsed;
            } catch (ParameterException e) {
                // It is thrown again below, where there are all commands to suggest.
            }
        }
        return parse(args, commandLine());
    }

    private static ParseResult parse(List<String> args, CommandLine commandLine) {
        return commandLine.parseArgs(
                LeadingOptions.behindCommand(args, commandLine).toArray(String[]::new));
    }

    /** With all commands. */
    CommandLine commandLine() {
        return commandLine(operations.keySet());
    }

    private CommandLine commandLine(Collection<String> names) {
        CommandLine commandLine = new CommandLine(new LatchkeyCommand());
        for (String name : names) commandLine.addSubcommand(operations.get(name));
        // '@file' is ours: a secret that stands in a file.
        commandLine.setExpandAtFiles(false);
        commandLine.setPosixClusteredShortOptionsAllowed(false);
        Converters.registerAll(commandLine, console);
        return commandLine;
    }

    private int printOwn(String text) {
        console.printOwn(text);
        return ExitCode.OK;
    }

    private int report(Outcome outcome) {
        if (!isReported.compareAndSet(false, true)) return outcome.exitCode();
        if (isJson) console.printJson(envelope(true, "result", outcome.result()));
        else console.print(outcome.page());
        return outcome.exitCode();
    }

    private int report(Failure failure) {
        if (!isReported.compareAndSet(false, true)) return failure.exitCode();
        if (isJson) {
            console.printJson(envelope(false, "error", failure.toJson()));
        } else {
            console.printError(failure.page());
        }
        return failure.exitCode();
    }

    private Map<String, Object> envelope(boolean isOk, String name, Object value) {
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("ok", isOk);
        envelope.put("command", command);
        envelope.put("elapsedMs", (System.nanoTime() - start) / 1_000_000);
        envelope.put(name, value);
        return envelope;
    }
}
