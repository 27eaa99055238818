package io.github.latchkey.mcp.benchmarks.compare.driver;

/** The class paths that the script has found out: the system properties {@code compare.classpath.<name>}. */
public final class ClassPaths {
    private ClassPaths() {}

    public static String of(String name) {
        String classPath = System.getProperty("compare.classpath." + name);
        if (classPath == null) {
            throw new UsageException("no class path for " + name);
        }
        return classPath;
    }
}
