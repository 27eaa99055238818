import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jetbrains.kotlin.abi.tools.AbiFilters;
import org.jetbrains.kotlin.abi.tools.AbiTools;
import org.jetbrains.kotlin.abi.tools.AbiToolsFactory;

/**
 * Compares the public API of a module with its listing in git, or writes the listing. Arguments: {@code check|write}, the folder of the
 * classes, the listing. The profiles {@code api} and {@code api-write} of the parent call it.
 */
final class ApiListing {
    /** What the serialization plugin generates, and the packages that are ours alone: Java classes may have to be public there. */
    private static final Set<String> NOT_API =
            Set.of("**.$serializer", "**$$serializer", "io.github.latchkey.mcp.**internal.**");

    private ApiListing() {}

    public static void main(String[] arguments) throws IOException {
        Path classes = Path.of(arguments[1]);
        Path listing = Path.of(arguments[2]);
        AbiTools tools =
                ServiceLoader.load(AbiToolsFactory.class).findFirst().orElseThrow().get();
        String api = dump(tools, classes);
        if (arguments[0].equals("write")) {
            Files.createDirectories(listing.getParent());
            Files.writeString(listing, api);
            return;
        }
        Path actual = classes.resolveSibling(listing.getFileName());
        Files.writeString(actual, api);
        if (Files.notExists(listing)) {
            fail(listing, listing + " is missing");
        }
        String difference = tools.filesDiff(listing.toFile(), actual.toFile());
        if (difference != null) {
            fail(listing, difference);
        }
    }

    private static String dump(AbiTools tools, Path classes) throws IOException {
        List<File> files;
        try (Stream<Path> all = Files.walk(classes)) {
            files = all.filter(file -> file.toString().endsWith(".class") && !file.endsWith("module-info.class"))
                    .sorted()
                    .map(Path::toFile)
                    .collect(Collectors.toList());
        }
        StringBuilder api = new StringBuilder();
        tools.printJvmDump(api, files, new AbiFilters(Set.of(), NOT_API, Set.of(), Set.of()));
        return api.toString();
    }

    private static void fail(Path listing, String difference) {
        System.err.println(difference);
        System.err.println();
        System.err.println("The public API is not what api/" + listing.getFileName() + " says.");
        System.err.println("If that is meant, write the listings anew and commit them with the change:");
        System.err.println("  mvn clean process-classes -Dlatchkey.quick -Dlatchkey.write");
        System.exit(1);
    }
}
