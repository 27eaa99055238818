package io.github.latchkey.mcp.benchmarks.compare.driver;

import java.util.List;

/** What is run of the program {@code latchkey}, through its launcher, as people run it. */
enum CliCommand {
    VERSION("latchkey --version"),
    TOOLS("latchkey tools");

    private final String title;

    CliCommand(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    List<String> line(String url) {
        return switch (this) {
            case VERSION -> List.of("./latchkey", "--version");
            case TOOLS -> List.of("./latchkey", "tools", url);
        };
    }
}
