package io.github.latchkey.mcp.inspector;

import io.github.latchkey.mcp.AsyncHandlers;
import io.github.latchkey.mcp.ClientOptions;
import io.github.latchkey.mcp.ElicitationRequest;
import io.github.latchkey.mcp.ElicitationResult;
import io.github.latchkey.mcp.FormElicitation;
import io.github.latchkey.mcp.RequestRejectedException;
import io.github.latchkey.mcp.SamplingRequest;
import io.github.latchkey.mcp.SamplingResult;
import io.github.latchkey.mcp.UrlElicitation;
import io.github.latchkey.mcp.auth.BrowserLauncher;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts what a server asks to the person at the terminal, one thing after the other; declines it where there is nobody. */
final class Questions {
    private final Console console;
    private final boolean isPersonThere;
    private final @Nullable BrowserLauncher browser;
    private final ExecutorService oneByOne = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "latchkey-questions");
        thread.setDaemon(true);
        return thread;
    });
    private volatile String server;

    /**
     * @param server who asks, in words of ours
     * @param browser null if the person opens pages themselves
     */
    Questions(Console console, boolean isPersonThere, String server, @Nullable BrowserLauncher browser) {
        this.console = console;
        this.isPersonThere = isPersonThere;
        this.server = server;
        this.browser = browser;
    }

    /** The server has said who it is. */
    void nameServer(String name) {
        server = Text.oneLine(name, 80) + " (" + server + ")";
    }

    /** Declares that this client can be asked. */
    void declare(ClientOptions.Builder options) {
        options.elicitation(true, AsyncHandlers.elicitation(this::elicit))
                .sampling(true, AsyncHandlers.sampling(this::sample));
    }

    CompletableFuture<ElicitationResult> elicit(ElicitationRequest request) {
        if (!isPersonThere) {
            console.printError("latchkey: the server asks: " + Text.oneLine(request.getMessage(), 200)
                    + " - declined, as nobody can answer here");
            return CompletableFuture.completedFuture(ElicitationResult.decline());
        }
        return inTurn(() -> {
            Conversation conversation = begin("asks you:");
            conversation.quote(request.getMessage());
            try {
                if (request instanceof FormElicitation form) return new FormConversation(conversation).fillIn(form);
                return new PageConversation(conversation, browser).visit((UrlElicitation) request);
            } catch (Conversation.Dismissed e) {
                return e.isDecline() ? ElicitationResult.decline() : ElicitationResult.cancel();
            }
        });
    }

    CompletableFuture<SamplingResult> sample(SamplingRequest request) {
        if (!isPersonThere) {
            console.printError(
                    "latchkey: the server asks for the answer of a model - refused, as nobody can give one here");
            return CompletableFuture.failedFuture(new RequestRejectedException("nobody can answer for a model here"));
        }
        return inTurn(() -> {
            try {
                return new SamplingConversation(begin("asks for the answer of a model:")).answer(request);
            } catch (Conversation.Dismissed e) {
                throw new RequestRejectedException("the answer of a model was refused");
            }
        });
    }

    private Conversation begin(String what) {
        Conversation conversation = new Conversation(console);
        conversation.say(new Page()
                .add(Line.of(Ink.PLAIN, ""))
                .add(Line.begin(0).add(Ink.HEADING, server).add(" " + what).line()));
        return conversation;
    }

    /** Cancelling the future ends the question. */
    private <T> CompletableFuture<T> inTurn(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        Future<?> asking = oneByOne.submit(() -> {
            try {
                answer.complete(question.get());
            } catch (Throwable e) { // whatever it is, the server waits for an answer
                answer.completeExceptionally(e);
            }
        });
        var unused = answer.whenComplete((value, failure) -> {
            if (answer.isCancelled()) asking.cancel(true);
        });
        return answer;
    }
}
