package io.github.latchkey.mcp.benchmarks;

/** Messages of the sizes that matter. */
final class Texts {
    static final int MEBIBYTE = 1 << 20;

    static final String PROGRESS =
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,\"progress\":17,"
                    + "\"total\":1000,\"message\":\"seventeen of a thousand\"}}";

    private Texts() {}

    /** The answer to a {@code tools/call} with one block of text. */
    static String callResult(String id, int textLength) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\""
                + text(textLength) + "\"}],\"isError\":false}}";
    }

    /** Words with an escape now and then, as text in JSON is. */
    static String text(int length) {
        String line = "the quick brown fox jumps over the lazy dog\\n";
        return line.repeat(length / line.length() + 1).substring(0, length / line.length() * line.length() + 3);
    }

    /** The members of the answer to {@code tools/list}. */
    static String tools(int count) {
        StringBuilder tools = new StringBuilder("{\"tools\":[");
        for (int i = 0; i < count; i++) {
            tools.append(i == 0 ? "" : ",")
                    .append("{\"name\":\"tool_")
                    .append(i)
                    .append("\",\"description\":\"Does the thing number ")
                    .append(i)
                    .append("\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"query\":{\"type\":\"string\","
                            + "\"description\":\"what to look for\"},\"limit\":{\"type\":\"integer\",\"minimum\":1}},"
                            + "\"required\":[\"query\"]}}");
        }
        return tools.append("]}").toString();
    }
}
