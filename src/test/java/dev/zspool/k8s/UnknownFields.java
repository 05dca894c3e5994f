package dev.zspool.k8s;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Finds what fabric8's models do not know: each of them keeps it apart.
final class UnknownFields {

    private static final String MODELS = "io.fabric8.";

    private final List<String> found = new ArrayList<>();

    private UnknownFields() {}

    static List<String> of(Object model, String path) {
        UnknownFields search = new UnknownFields();
        search.visit(model, path);
        return search.found;
    }

    private void visit(Object value, String path) {
        if (value instanceof Collection<?> list) {
            list.forEach(one -> visit(one, path + "/*"));
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((name, one) -> visit(one, path + '/' + name));
        } else if (value != null && value.getClass().getName().startsWith(MODELS)) {
            visitModel(value, path);
        }
    }

    private void visitModel(Object model, String path) {
        for (Method method : model.getClass().getMethods()) {
            if (!method.getName().startsWith("get")
                    || method.getParameterCount() != 0
                    || method.getDeclaringClass() == Object.class) {
                continue;
            }
            Object value = call(method, model);
            if (method.getName().equals("getAdditionalProperties")) {
                ((Map<?, ?>) value)
                        .keySet()
                        .forEach(name -> found.add("fabric8 does not know " + path + '/' + name));
            } else if (value != null) {
                visit(value, path + '/' + method.getName().substring(3));
            }
        }
    }

    private static Object call(Method method, Object model) {
        try {
            return method.invoke(model);
        } catch (IllegalAccessException e) {
            throw new AssertionError(method.toString(), e);
        } catch (InvocationTargetException e) {
            // Some compute, and cannot with what is there.
            return null;
        }
    }
}
