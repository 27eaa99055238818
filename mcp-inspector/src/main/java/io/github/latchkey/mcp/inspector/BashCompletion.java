package io.github.latchkey.mcp.inspector;

import java.util.List;
import java.util.stream.Collectors;

/** The script for bash, from 3.2 on, as macOS has it. */
final class BashCompletion {
    // COMP_WORDS is of no use: bash breaks https://host and name=value at the colon and at the equals sign.
    private static final String HEAD = """
            # bash completion for latchkey
            _latchkey() {
              local line=${COMP_LINE:0:COMP_POINT} cur prev command= positional=0 options= valued= i
              local -a words
              COMPREPLY=()
              read -r -a words <<< "$line"
              case $line in *[[:space:]]) words+=("") ;; esac
              cur=${words[${#words[@]}-1]}
              prev=${words[${#words[@]}-2]}
            """;

    private static final String MIDDLE = """
              for ((i = 1; i < ${#words[@]} - 1; i++)); do
                case ${words[i]} in
                  --) return ;;
                  -*)
                    case " $valued " in *" ${words[i]} "*) i=$((i + 1)) ;; esac ;;
                  *)
                    if [ -z "$command" ]; then
                      command=${words[i]}
                    else
                      positional=$((positional + 1))
                    fi ;;
                esac
              done
            """;

    private static final String TAIL = """
              if [ -z "$command" ]; then
                case $cur in
                  -*) COMPREPLY=($(compgen -W "$common" -- "$cur")) ;;
                  *) COMPREPLY=($(compgen -W "$commands" -- "$cur")) ;;
                esac
                return
              fi
              case $cur in
                -*) COMPREPLY=($(compgen -W "$options" -- "$cur")); return ;;
                *:*|*=*) return ;;
              esac
              [ "$positional" = 0 ] || return
              COMPREPLY=($(compgen -W "$first" -- "$cur"))
              if [ -n "$server" ]; then
                local IFS=$'\\n'
                COMPREPLY=($(compgen -W "stdio:
            $("${words[0]}" servers --names 2>/dev/null)" -- "$cur"))
                COMPREPLY=("${COMPREPLY[@]// /\\\\ }")
              fi
            }
            complete -o default -F _latchkey latchkey
            """;

    private BashCompletion() {}

    static String script(CompletionWords words) {
        StringBuilder script = new StringBuilder(HEAD);
        script.append("  local commands='").append(names(words)).append("' common='--version ");
        script.append(common(words)).append("' first= server=\n");
        script.append("  valued='").append(valued(words)).append("'\n").append(MIDDLE);
        script.append("  case $command in\n");
        for (CompletionWords.Word word : words.commands()) {
            script.append("    ").append(word.name()).append(")\n");
            script.append("      options='").append(options(word)).append("'\n");
            script.append("      first='")
                    .append(String.join(" ", word.values()))
                    .append("'");
            script.append(word.hasServer() ? " server=yes ;;\n" : " ;;\n");
        }
        return script.append("  esac\n").append(values(words)).append(TAIL).toString();
    }

    private static String names(CompletionWords words) {
        return words.commands().stream().map(CompletionWords.Word::name).collect(Collectors.joining(" "));
    }

    private static String options(CompletionWords.Word word) {
        return word.options().stream().map(CompletionWords.Choice::name).collect(Collectors.joining(" "));
    }

    /** What may stand before the command: all that some command has. */
    private static String common(CompletionWords words) {
        return words.all().stream().map(CompletionWords.Choice::name).collect(Collectors.joining(" "));
    }

    private static String valued(CompletionWords words) {
        return words.all().stream()
                .filter(CompletionWords.Choice::hasValue)
                .map(CompletionWords.Choice::name)
                .collect(Collectors.joining(" "));
    }

    /** After an option that has a value, nothing but that value is completed. */
    private static String values(CompletionWords words) {
        StringBuilder cases = new StringBuilder("  case $prev in\n");
        for (CompletionWords.Choice option : words.all()) {
            if (option.values().isEmpty()) continue;
            cases.append("    ")
                    .append(option.name())
                    .append(") COMPREPLY=($(compgen -W '")
                    .append(String.join(" ", option.values()))
                    .append("' -- \"$cur\")); return ;;\n");
        }
        cases.append(returning(words, true, "COMPREPLY=($(compgen -f -- \"$cur\")); return"));
        cases.append(returning(words, false, "return"));
        return cases.append("  esac\n").toString();
    }

    private static String returning(CompletionWords words, boolean isFile, String action) {
        List<String> names = words.all().stream()
                .filter(option -> option.hasValue() && option.values().isEmpty() && option.isFile() == isFile)
                .map(CompletionWords.Choice::name)
                .toList();
        return names.isEmpty() ? "" : "    " + String.join("|", names) + ") " + action + " ;;\n";
    }
}
