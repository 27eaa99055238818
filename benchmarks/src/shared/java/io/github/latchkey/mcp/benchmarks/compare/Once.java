package io.github.latchkey.mcp.benchmarks.compare;

/** The shortest program that has a use: it connects, makes one call, and prints how much came. */
public final class Once {
    private Once() {}

    /** The class of the client, and the port of the server. */
    public static void main(String[] args) throws Exception {
        Clients clients = new Clients(args[0], "http://127.0.0.1:" + args[1]);
        Client client = clients.open("/json");
        System.out.println("RESULT size=" + client.call(Kind.CALL));
        System.exit(0);
    }
}
