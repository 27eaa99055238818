package io.github.latchkey.mcp.inspector;

/** The script for zsh: a function of its completion system, with what each word is for. */
final class ZshCompletion {
    private static final String HEAD = """
            #compdef latchkey
            # zsh completion for latchkey
            _latchkey_server() {
              local -a names
              names=(${(f)"$(${words_latchkey:-latchkey} servers --names 2>/dev/null)"})
              _alternative 'names:server:compadd -a names' 'urls:URL:_urls' 'stdio:command:(stdio\\:)'
            }
            _latchkey() {
              local words_latchkey=$words[1] curcontext=$curcontext state line
              local -A opt_args
              local -a commands
              commands=(
            """;

    private static final String MIDDLE = """
              )
              _arguments -C '--version[Print the version]' '--json[Print one JSON object]' \\
                '(-h --help)'{-h,--help}'[Explain the command]' '1:command:->command' '*::argument:->argument'
              case $state in
                command) _describe command commands ;;
                argument)
                  case $words[1] in
            """;

    private static final String TAIL = """
                  esac ;;
              esac
            }
            compdef _latchkey latchkey
            """;

    private ZshCompletion() {}

    static String script(CompletionWords words) {
        StringBuilder script = new StringBuilder(HEAD);
        for (CompletionWords.Word word : words.commands()) {
            script.append("    '")
                    .append(word.name())
                    .append(':')
                    .append(word.description())
                    .append("'\n");
        }
        script.append(MIDDLE);
        for (CompletionWords.Word word : words.commands()) {
            script.append("        ").append(word.name()).append(") _arguments");
            for (CompletionWords.Choice option : word.options())
                script.append(" \\\n          ").append(option(option));
            script.append(" \\\n          ").append(argument(word)).append(" ;;\n");
        }
        return script.append(TAIL).toString();
    }

    /** {@code '*--out=[Write the contents]:FILE:_files'}. */
    private static String option(CompletionWords.Choice option) {
        String action = option.isFile()
                ? "_files"
                : option.values().isEmpty() ? " " : "(" + String.join(" ", option.values()) + ")";
        String value = option.hasValue() ? ":value:" + action : "";
        String equals = option.hasValue() ? "=" : "";
        return "'*" + option.name() + equals + "[" + option.description().replace(":", "\\:") + "]" + value + "'";
    }

    private static String argument(CompletionWords.Word word) {
        if (word.hasServer()) return "'1:server:_latchkey_server' '*:argument: '";
        if (!word.values().isEmpty()) return "'1:argument:(" + String.join(" ", word.values()) + ")'";
        return "'*:argument: '";
    }
}
