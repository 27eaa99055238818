package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.ElicitationResult;
import io.github.latchkey.mcp.FormElicitation;
import io.github.latchkey.mcp.FormField;
import io.github.latchkey.mcp.RawJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Has a form filled in: a question for each field, and then a look at all answers before they are sent. */
final class FormConversation {
    // Servers must not ask for these in a form (MCP, Elicitation, Security Considerations); some people would answer.
    private static final Pattern SECRET = Pattern.compile(
            "pass-?(word|phrase|code)|secret|token|api.?key|credit.?card|\\bpin\\b", Pattern.CASE_INSENSITIVE);

    private final Conversation conversation;

    FormConversation(Conversation conversation) {
        this.conversation = conversation;
    }

    /** Throws {@link Conversation.Dismissed} if the person does not answer. */
    ElicitationResult fillIn(FormElicitation form) {
        List<FormField> fields = form.getFields();
        conversation.say("Enter takes what stands in brackets, " + FormAnswer.EMPTY + " is empty. "
                + Conversation.DECLINE + " declines, " + Conversation.CANCEL + " or Ctrl-D leaves it open.");
        if (fields.stream().anyMatch(FormConversation::asksForSecret)) {
            conversation.warn("Careful: servers must not ask for passwords or keys in this way.");
        }
        Map<String, RawJson> answers = new LinkedHashMap<>();
        do ask(fields, answers);
        while (!isConfirmed(fields, answers));
        return ElicitationResult.accept(RawJson.parse(Json.write(answers, text -> text)));
    }

    private static boolean asksForSecret(FormField field) {
        return SECRET.matcher(field.getName() + " " + FormQuestion.label(field)).find();
    }

    private void ask(List<FormField> fields, Map<String, RawJson> answers) {
        for (int i = 0; i < fields.size(); i++) {
            FormField field = fields.get(i);
            conversation.say(FormQuestion.page(field, i + 1, fields.size()));
            FormAnswer answer = ask(field, answers.getOrDefault(field.getName(), field.getDefault()));
            if (answer.value() == null) answers.remove(field.getName());
            else answers.put(field.getName(), answer.value());
        }
    }

    private FormAnswer ask(FormField field, @Nullable RawJson given) {
        while (true) {
            FormAnswer answer = FormAnswer.of(field, conversation.ask(FormQuestion.prompt(field, given)), given);
            if (answer.complaint() == null) return answer;
            conversation.say("    That " + answer.complaint() + ".");
        }
    }

    private boolean isConfirmed(List<FormField> fields, Map<String, RawJson> answers) {
        Map<String, String> rows = new LinkedHashMap<>();
        for (FormField field : fields) {
            RawJson value = answers.get(field.getName());
            rows.put(
                    Text.oneLine(FormQuestion.label(field), 40) + ":",
                    value == null ? "(left out)" : FormQuestion.shown(field, value));
        }
        if (!fields.isEmpty())
            conversation.say(new Page().heading("You answer:").rows(rows));
        while (true) {
            String line = conversation.ask("Send it? yes, edit, or no: ").strip();
            switch (line.toLowerCase(Locale.ROOT)) {
                case "y", "yes" -> {
                    return true;
                }
                case "e", "edit" -> {
                    return false;
                }
                case "n", "no" -> throw new Conversation.Dismissed(true);
                default -> conversation.say("Please answer yes, edit or no.");
            }
        }
    }
}
