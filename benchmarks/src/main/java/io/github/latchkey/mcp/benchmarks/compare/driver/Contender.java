package io.github.latchkey.mcp.benchmarks.compare.driver;

import java.util.Arrays;

/** A client that is compared. */
enum Contender {
    JAVA_NET_HTTP("java.net.http", "benchmarks", "compare.clients.JavaNetHttp", Sort.BARE),
    SOCKET("socket", "benchmarks", "compare.clients.BlockingSocket", Sort.BARE),
    KTOR_OKHTTP("ktor-okhttp", "benchmarks", "compare.clients.BareKtorOkHttp", Sort.BARE),
    KTOR_CIO("ktor-cio", "benchmarks", "compare.clients.BareKtorCio", Sort.BARE),
    LATCHKEY_KOTLIN("latchkey-kotlin", "benchmarks", "compare.clients.LatchkeyKotlin", Sort.LATCHKEY),
    LATCHKEY_FUTURES("latchkey-futures", "benchmarks", "compare.clients.LatchkeyFutures", Sort.LATCHKEY),
    LATCHKEY_CIO("latchkey-cio", "benchmarks", "compare.clients.LatchkeyKotlinCio", Sort.LATCHKEY_CIO),
    JAVA_SDK("java-sdk", "java-sdk", "peers.JavaSdk", Sort.PEER),
    KOTLIN_SDK("kotlin-sdk", "kotlin-sdk", "peers.KotlinSdk", Sort.PEER),
    LANGCHAIN4J("langchain4j", "langchain4j", "peers.LangChain4j", Sort.PEER);

    /** Targets are for Latchkey on OkHttp. */
    enum Sort {
        BARE,
        LATCHKEY,
        LATCHKEY_CIO,
        PEER
    }

    private static final String PACKAGE = "io.github.latchkey.mcp.benchmarks.";

    private final String id;
    private final String classPath;
    private final String className;
    private final Sort sort;

    Contender(String id, String classPath, String className, Sort sort) {
        this.id = id;
        this.classPath = classPath;
        this.className = className;
        this.sort = sort;
    }

    static Contender of(String id) {
        return Arrays.stream(values())
                .filter(contender -> contender.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new UsageException("no client is called " + id));
    }

    String id() {
        return id;
    }

    /** From the system property that the script has set. */
    String classPath() {
        return ClassPaths.of(classPath);
    }

    String className() {
        return PACKAGE + className;
    }

    Sort sort() {
        return sort;
    }
}
