package io.github.latchkey.mcp.inspector.doctor;

/** Who can mend it, most likely. */
public enum Fault {
    NOBODY("nobody", "Nothing is to be mended."),
    SERVER("server", "This is most likely the fault of the server."),
    AUTHORIZATION_SERVER("authorization_server", "This is most likely the fault of the authorization server."),
    NETWORK("network", "This is most likely the fault of something between here and the server."),
    CLIENT("client", "This is most likely the fault of this machine."),
    OPTIONS("options", "This most likely depends on the command line.");

    private final String id;
    private final String sentence;

    Fault(String id, String sentence) {
        this.id = id;
        this.sentence = sentence;
    }

    /** The name in JSON. */
    public String id() {
        return id;
    }

    /** For people. */
    public String sentence() {
        return sentence;
    }
}
