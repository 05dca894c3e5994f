package dev.zspool.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/// An operation of the contract.
///
/// @param id its `operationId`
/// @param method its HTTP method, in capitals
/// @param template its path, parameters in braces
/// @param node what the document says about it
public record Operation(String id, String method, String template, JsonNode node) {

    private static final Pattern PARAMETER = Pattern.compile("\\{[^/}]+}");

    /// Whether a path, as sent, is of this template.
    boolean hasPath(String path) {
        StringBuilder regex = new StringBuilder();
        for (String part : PARAMETER.split(template, -1)) {
            regex.append(regex.isEmpty() ? "" : "[^/]+").append(Pattern.quote(part));
        }
        return path.matches(regex.toString());
    }

    /// How many parameters the path has: of two templates that fit, the one with fewer is meant.
    int pathParameters() {
        return PARAMETER.split(template, -1).length - 1;
    }

    /// A path of this template that nothing is wrong with.
    String samplePath() {
        return pathIn("default");
    }

    /// A path of this template in some pool.
    public String pathIn(String pool) {
        return PARAMETER.matcher(template.replace("{pool}", pool)).replaceAll("1");
    }

    @Override
    public String toString() {
        return id;
    }
}
