package io.github.latchkey.mcp.benchmarks.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What is done over and over. */
interface Task extends AutoCloseable {
    void run(Work work) throws Exception;

    /** As often at least, however long it takes. */
    long leastCalls();

    @Override
    void close() throws IOException;

    /**
     * {@code calls:<path>:<kind>:<in flight>}, {@code sessions:<path>:<sessions>}, {@code listed:<path>}, {@code connect} or
     * {@code refused}.
     */
    static Task of(String description, Clients clients) throws Exception {
        String[] parts = description.split(":");
        return switch (parts[0]) {
            case "calls" -> new Calls(clients.open(parts[1]), Kind.valueOf(parts[2]), Integer.parseInt(parts[3]));
            case "sessions" -> Sessions.open(clients, parts[1], Integer.parseInt(parts[2]));
            case "listed" -> listed(clients.open(parts[1]));
            case "connect" -> new Connects(clients);
            case "refused" -> new Refusals(clients);
            default -> throw new IllegalArgumentException(description);
        };
    }

    private static Task listed(Client client) throws Exception {
        client.call(Kind.LIST_TOOLS);
        return new Calls(client, Kind.CALL, 1);
    }

    /** Calls one after the other, each in the session after that of the one before. */
    record Sessions(List<Client> clients) implements Task {
        static Sessions open(Clients clients, String path, int count) throws Exception {
            List<Client> opened = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                opened.add(clients.open(path));
            }
            return new Sessions(opened);
        }

        @Override
        public void run(Work work) throws Exception {
            for (int i = 0; work.more(); i++) {
                long start = System.nanoTime();
                work.took(start, clients.get(i % clients.size()).call(Kind.CALL), Kind.CALL);
            }
        }

        @Override
        public long leastCalls() {
            return 2L * clients.size();
        }

        @Override
        public void close() throws IOException {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    /** Calls in one session. */
    record Calls(Client client, Kind kind, int inFlight) implements Task {
        @Override
        public void run(Work work) throws Exception {
            client.run(kind, inFlight, work);
        }

        @Override
        public long leastCalls() {
            return 20L * inFlight;
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    /** Sessions that are opened and closed; the time is that of the opening. */
    record Connects(Clients clients) implements Task {
        @Override
        public void run(Work work) throws Exception {
            while (work.more()) {
                Client client = clients.create();
                long start = System.nanoTime();
                try (client) {
                    client.open(clients.url("/json"));
                    work.took(System.nanoTime() - start);
                }
            }
        }

        @Override
        public long leastCalls() {
            return 20;
        }

        @Override
        public void close() {}
    }

    /** From the request that the server answers 401 to the exception. */
    record Refusals(Clients clients) implements Task {
        @Override
        public void run(Work work) throws Exception {
            while (work.more()) {
                Client client = clients.create();
                long start = System.nanoTime();
                try (client) {
                    refuse(client, work, start);
                }
            }
        }

        private void refuse(Client client, Work work, long start) {
            try {
                client.open(clients.url("/401"));
                work.failed(new IllegalStateException("not refused"));
            } catch (Exception e) {
                work.took(System.nanoTime() - start);
            }
        }

        @Override
        public long leastCalls() {
            return 20;
        }

        @Override
        public void close() {}
    }
}
