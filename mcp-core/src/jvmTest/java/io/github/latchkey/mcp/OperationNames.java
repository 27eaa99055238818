package io.github.latchkey.mcp;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The names by which a Kotlin class and its facade for Java offer their operations. */
public final class OperationNames {
    private OperationNames() {}

    public static Set<String> suspending(Class<?> type) {
        return names(type, OperationNames::isSuspending);
    }

    /** {@code closeAsync} counts as {@code close}, which blocks. */
    public static Set<String> returningFutures(Class<?> type) {
        return names(type, method -> CompletableFuture.class.isAssignableFrom(method.getReturnType())).stream()
                .map(name -> name.replace("closeAsync", "close"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(Class<?> type, Predicate<Method> isOperation) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(isOperation)
                .map(method -> method.getName().replace("$default", ""))
                // What is internal in Kotlin has the module in its name.
                .filter(name -> name.indexOf('$') < 0)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isSuspending(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .anyMatch(type -> type.getName().equals("kotlin.coroutines.Continuation"));
    }
}
