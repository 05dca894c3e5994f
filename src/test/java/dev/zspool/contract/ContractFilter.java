package dev.zspool.contract;

import io.restassured.RestAssured;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.http.Header;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Fails a test in which the service answers what the contract does not say.
public final class ContractFilter implements Filter {

    @Override
    public Response filter(
            FilterableRequestSpecification request,
            FilterableResponseSpecification expected,
            FilterContext context) {
        Response response = context.next(request, expected);
        URI uri = URI.create(request.getURI());
        // The management port has another document.
        if (uri.getPort() == RestAssured.port) {
            ContractCheck.check(exchange(request.getMethod(), uri, response));
        }
        return response;
    }

    private static Exchange exchange(String method, URI uri, Response response) {
        TreeMap<String, List<String>> headers = new TreeMap<>();
        for (Header header : response.getHeaders()) {
            headers.computeIfAbsent(
                            header.getName().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .add(header.getValue());
        }
        return new Exchange(
                method,
                uri.getRawPath(),
                parameters(uri.getRawQuery()),
                response.statusCode(),
                headers,
                new String(response.asByteArray(), StandardCharsets.UTF_8));
    }

    /// The names in a query.
    public static Set<String> parameters(@Nullable String query) {
        return query == null
                ? Set.of()
                : Arrays.stream(query.split("&"))
                        .map(parameter -> parameter.replaceFirst("=.*", ""))
                        .collect(Collectors.toSet());
    }
}
