package io.github.latchkey.mcp.interop;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The reference server, which speaks the session era, from Java. */
class EverythingFromJavaIT {
    private static EverythingServer server;

    @BeforeAll
    static void start() {
        server = EverythingServer.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) server.close();
    }

    @Test
    void listsAndPages() {
        tour().listsAndPages();
    }

    @Test
    void callsTools() {
        tour().callsTools();
    }

    @Test
    void readsFillsInAndCompletes() {
        tour().readsFillsInAndCompletes();
    }

    @Test
    void answersWhatTheServerAsks() {
        tour().answersWhatTheServerAsks();
    }

    @Test
    void hearsLogsAndChanges() {
        tour().hearsLogsAndChanges();
    }

    @Test
    void waitsForATask() {
        tour().waitsForATask();
    }

    @Test
    void onVirtualThreads() throws Exception {
        VirtualThreads.run(server.getUrl());
    }

    private static EverythingTour tour() {
        return new EverythingTour(server.getUrl());
    }
}
