package io.github.latchkey.mcp.benchmarks.compare;

import java.lang.reflect.Constructor;

/** Makes clients of the class that is measured. */
final class Clients {
    private final Constructor<? extends Client> constructor;
    private final String server;

    Clients(String className, String server) throws ReflectiveOperationException {
        this.constructor = Class.forName(className).asSubclass(Client.class).getConstructor();
        this.server = server;
    }

    /** One that has no session yet. */
    Client create() throws ReflectiveOperationException {
        return constructor.newInstance();
    }

    Client open(String path) throws Exception {
        Client client = create();
        client.open(url(path));
        return client;
    }

    String url(String path) {
        return server + path;
    }
}
