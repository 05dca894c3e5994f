package dev.zspool.contract;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;

/// A request and what came back, as far as the contract has a say in it.
///
/// @param method of the request, in capitals
/// @param path as it was sent, without the query
/// @param parameters names of the query's parameters
/// @param status of the answer
/// @param headers of the answer, by their names in small letters
/// @param body of the answer as text, whatever it is
public record Exchange(
        String method,
        String path,
        Set<String> parameters,
        int status,
        TreeMap<String, List<String>> headers,
        String body) {

    Exchange withPath(String other) {
        return new Exchange(method, other, parameters, status, headers, body);
    }

    /// The first value of a header of the answer, empty without it.
    public String header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of("")).getFirst();
    }

    /// The body's media type without its parameters.
    public String mediaType() {
        return header("content-type").replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    }

    /// Whether it is an error with a problem document; a blob may be called one as well.
    public boolean isProblem() {
        return status >= 400 && mediaType().equals("application/problem+json");
    }

    /// Whether it is the answer to what is not HTTP, or has too long a head: empty and final.
    public boolean isNotEvenAProblem() {
        return Set.of(400, 414, 431).contains(status)
                && body.isEmpty()
                && header("content-length").equals("0")
                && header("content-type").isEmpty();
    }

    /// Whether the answer may have a body at all.
    public boolean mayHaveBody() {
        return !method.equals("HEAD") && status != 204 && status != 304;
    }

    @Override
    public String toString() {
        String text = mediaType().endsWith("json") ? " " + body : "";
        return method + " " + path + " -> " + status + " " + headers + text;
    }
}
