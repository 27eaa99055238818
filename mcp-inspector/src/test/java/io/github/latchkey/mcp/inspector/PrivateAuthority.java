package io.github.latchkey.mcp.inspector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate authority that nobody knows, in {@code ca.pem}, and a certificate of it for localhost, as files in a folder. */
record PrivateAuthority(Path folder) {
    private static final String STORE = "-storetype PKCS12 -storepass changeit -keystore";

    static PrivateAuthority make(Path folder) throws IOException, GeneralSecurityException, InterruptedException {
        PrivateAuthority authority = new PrivateAuthority(folder);
        authority.keytool(
                "-genkeypair -alias ca -keyalg EC -groupname secp256r1 -dname CN=ca -ext bc:c " + STORE, "ca.p12");
        authority.keytool("-genkeypair -alias own -keyalg EC -groupname secp256r1 -dname CN=own " + STORE, "own.p12");
        authority.keytool("-exportcert -rfc -alias ca -file ca.pem " + STORE, "ca.p12");
        authority.keytool("-certreq -alias own -file own.csr " + STORE, "own.p12");
        authority.keytool(
                "-gencert -rfc -alias ca -infile own.csr -outfile own.pem -ext san=dns:localhost,ip:127.0.0.1 " + STORE,
                "ca.p12");
        char[] password = "changeit".toCharArray();
        KeyStore own = KeyStore.getInstance(folder.resolve("own.p12").toFile(), password);
        Files.writeString(
                folder.resolve("own.key"),
                TlsServer.pem("PRIVATE KEY", own.getKey("own", password).getEncoded()));
        return authority;
    }

    Path certificate() {
        return folder.resolve("ca.pem");
    }

    private void keytool(String options, String store) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(options.split(" ", -1)));
        command.add(store);
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(30, TimeUnit.SECONDS)) process.destroyForcibly();
        if (process.exitValue() != 0) throw new IllegalStateException("keytool failed: " + options);
    }
}
