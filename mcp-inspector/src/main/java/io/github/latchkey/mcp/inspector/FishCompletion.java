package io.github.latchkey.mcp.inspector;

/** The script for fish. */
final class FishCompletion {
    private static final String HEAD = """
            # fish completion for latchkey
            complete -c latchkey -f
            complete -c latchkey -n __fish_use_subcommand -l version -d 'Print the version'
            """;

    private FishCompletion() {}

    static String script(CompletionWords words) {
        StringBuilder script = new StringBuilder(HEAD);
        for (CompletionWords.Word word : words.commands()) {
            script.append("complete -c latchkey -n __fish_use_subcommand -a ").append(word.name());
            script.append(" -d '").append(word.description()).append("'\n");
            String when = "complete -c latchkey -n '__fish_seen_subcommand_from " + word.name() + "'";
            if (word.hasServer()) {
                script.append(when).append(" -a '(latchkey servers --names 2>/dev/null) stdio:' -d Server\n");
            }
            if (!word.values().isEmpty()) {
                script.append(when)
                        .append(" -a '")
                        .append(String.join(" ", word.values()))
                        .append("'\n");
            }
            for (CompletionWords.Choice option : word.options())
                script.append(when).append(option(option));
        }
        return script.toString();
    }

    private static String option(CompletionWords.Choice option) {
        StringBuilder line = new StringBuilder(" -l ").append(option.name().substring(2));
        if (option.hasValue()) line.append(" -r");
        if (option.isFile()) line.append(" -F");
        if (!option.values().isEmpty()) {
            line.append(" -a '").append(String.join(" ", option.values())).append("'");
        }
        return line.append(" -d '").append(option.description()).append("'\n").toString();
    }
}
