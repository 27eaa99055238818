package io.github.latchkey.mcp.benchmarks.compare.server;

/** What the server answers, from the comma after the id on. */
final class Texts {
    static final int SMALL = 64;
    static final int LARGE = 1 << 20;

    private static final String LINE = "the quick brown fox jumps over the lazy dog\\n";

    private Texts() {}

    /** A result with one text whose JSON has about {@code length} bytes; now and then an escape, as in real text. */
    static String callResult(int length) {
        String text = LINE.repeat(length / LINE.length() + 1);
        return ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}],\"isError\":false}}";
    }

    static String tools(int count) {
        StringBuilder tools = new StringBuilder(",\"result\":{\"tools\":[");
        for (int i = 0; i < count; i++) {
            tools.append(i == 0 ? "" : ",")
                    .append("{\"name\":\"")
                    .append(i == 0 ? "echo" : "tool_" + i)
                    .append("\",\"description\":\"Does the thing number ")
                    .append(i)
                    .append("\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\","
                            + "\"description\":\"what to look for\"},\"limit\":{\"type\":\"integer\",\"minimum\":1}},"
                            + "\"required\":[\"text\"]}}");
        }
        return tools.append("]}}").toString();
    }
}
