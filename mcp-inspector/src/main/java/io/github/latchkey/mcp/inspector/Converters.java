package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.ProtocolVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/**
 * From the words of the command line to values. A converter only ever throws {@link TypeConversionException}: picocli would
 * put the value, which may be a secret, into the message of any other.
 */
final class Converters {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h)");
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\t\\x20-\\x7e]*");

    private Converters() {}

    static void registerAll(CommandLine commandLine, Console console) {
        commandLine.registerConverter(ServerArgument.class, Converters::serverArgument);
        commandLine.registerConverter(Secret.class, text -> secret(text, console));
        commandLine.registerConverter(Header.class, Converters::header);
        commandLine.registerConverter(Duration.class, Converters::duration);
        commandLine.registerConverter(Protocol.class, Converters::protocol);
    }

    static ServerArgument serverArgument(String text) {
        try {
            return ServerArgument.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** The value itself, or where it stands: {@code @file}, {@code env:NAME}. */
    static Secret secret(String text, Console console) {
        if (text.startsWith("@")) return named(read(text.substring(1)), "the file is empty");
        if (!text.startsWith("env:")) return named(text, "it is empty");
        String name = text.substring("env:".length());
        String value = console.environmentVariable(name);
        if (value == null) throw new TypeConversionException("the environment variable " + name + " is not set");
        return named(value, "the environment variable " + name + " is empty");
    }

    static Header header(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) throw new TypeConversionException("write it as NAME=VALUE");
        String name = text.substring(0, equals);
        String value = text.substring(equals + 1).strip();
        if (!HEADER_NAME.matcher(name).matches()) throw new TypeConversionException("the name is not that of a header");
        if (!HEADER_VALUE.matcher(value).matches()) {
            throw new TypeConversionException("the value of " + name + " has characters that a header cannot carry");
        }
        return new Header(name, value);
    }

    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is no duration; write it with a unit, as in 500ms, 6s or 2m");
        }
        long number = Long.parseLong(matcher.group(1));
        Duration duration = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
        if (duration.isZero() || duration.compareTo(Duration.ofDays(1)) > 0) {
            throw new TypeConversionException("'" + text + "' is not between 1ms and 24h");
        }
        return duration;
    }

    static Protocol protocol(String text) {
        if (text.equals("auto")) return new Protocol(Set.copyOf(List.of(ProtocolVersion.values())));
        ProtocolVersion version = ProtocolVersion.find(text);
        if (version == null) {
            String known = Arrays.stream(ProtocolVersion.values())
                    .map(ProtocolVersion::getValue)
                    .collect(Collectors.joining(", "));
            throw new TypeConversionException("'" + text + "' is neither auto nor one of " + known);
        }
        return new Protocol(Set.of(version));
    }

    private static Secret named(String text, String problem) {
        String value = text.strip();
        if (value.isEmpty()) throw new TypeConversionException(problem);
        return new Secret(value);
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new TypeConversionException("the file " + file + " cannot be read");
        }
    }

    /** A value that is not shown. */
    record Secret(String value) {
        @Override
        public String toString() {
            return "***";
        }
    }

    /** A header to add to each request. */
    record Header(String name, String value) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** The revisions to speak. */
    record Protocol(Set<ProtocolVersion> versions) {}
}
