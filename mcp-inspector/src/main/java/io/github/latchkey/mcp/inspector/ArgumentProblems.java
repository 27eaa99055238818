package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.JsonSchemaValidator;
import io.github.latchkey.mcp.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is wrong with the arguments of a call by the {@code inputSchema} of its tool. A schema elsewhere ({@code $ref}) is not fetched. */
final class ArgumentProblems {
    private static final Pattern PROBLEM = Pattern.compile("\\$/?([^:]*): (.*)", Pattern.DOTALL);
    private static final Pattern TYPE = Pattern.compile("Value is \\[(.*)] but should be \\[(.*)]");
    private static final Pattern MISSING =
            Pattern.compile("Object does not have some of the required properties \\[\\[(.*)]]");
    private static final Pattern CHOICE = Pattern.compile("Expected any of \\[\\[(.*)]]", Pattern.DOTALL);
    private static final String NOTHING_FITS = "False schema always fails";

    /** The rest of what is found then may follow from it. */
    private static final String UNRESOLVED = "Resolution of $ref";

    private ArgumentProblems() {}

    /** Each with its place; empty if nothing is wrong. Throws {@link IllegalArgumentException} if the schema cannot be used. */
    static List<String> find(RawJson inputSchema, Map<String, @Nullable Object> arguments) {
        RawJson value = RawJson.parse(Json.write(arguments, text -> text));
        List<String> known = ArgumentTypes.of(inputSchema).names();
        List<String> found = new ArrayList<>();
        for (String problem : new JsonSchemaValidator().prepare(inputSchema).problems(value.toElement())) {
            if (problem.contains(UNRESOLVED)) throw new IllegalArgumentException(problem);
            Matcher parts = PROBLEM.matcher(problem);
            if (parts.matches()) found.addAll(explain(parts.group(1), parts.group(2), known));
            else found.add(problem);
        }
        return found.stream().distinct().toList();
    }

    /** The validator's words in ours; as they are where it has others. */
    private static List<String> explain(String place, String problem, List<String> known) {
        Matcher missing = MISSING.matcher(problem);
        if (missing.matches()) {
            String folder = place.isEmpty() ? "" : place + "/";
            return List.of(missing.group(1).split(", ", -1)).stream()
                    .map(name -> folder + name + " is missing")
                    .toList();
        }
        String name = place.isEmpty() ? "the whole" : place;
        if (problem.equals(NOTHING_FITS) && !place.contains("/") && !known.contains(place)) {
            return List.of(name + " is no argument of it" + nearest(place, known));
        }
        Matcher type = TYPE.matcher(problem);
        if (type.matches()) return List.of(name + " is " + type.group(1) + ", and should be " + type.group(2));
        Matcher choice = CHOICE.matcher(problem);
        if (choice.matches()) return List.of(name + " is none of " + choice.group(1));
        return List.of(name + ": " + problem.substring(0, 1).toLowerCase(Locale.ROOT) + problem.substring(1));
    }

    private static String nearest(String name, List<String> known) {
        List<String> near = Nearest.to(name, known);
        return near.isEmpty() ? "" : " (" + Nearest.question(near).strip() + ")";
    }
}
