package io.github.latchkey.mcp.auth;

import org.jspecify.annotations.Nullable;

/** The page a person sees after the redirect: plain words, nothing to click, nothing from elsewhere. */
final class ResultPage {
    private ResultPage() {}

    static String signedIn() {
        return page("Signed in", "You are signed in. You can close this window and go back to the application.");
    }

    static String failed(@Nullable String reason) {
        String why = reason == null ? "" : " The reason: " + reason + ".";
        return page(
                "Not signed in",
                "The sign-in did not succeed." + why + " You can close this window and go back to the application.");
    }

    private static String page(String title, String text) {
        return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + escape(title)
                + "</title></head><body><h1>" + escape(title) + "</h1><p>" + escape(text) + "</p></body></html>\n";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
