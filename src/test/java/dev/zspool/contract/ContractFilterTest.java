package dev.zspool.contract;

import static io.restassured.RestAssured.given;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.builder.ResponseBuilder;
import io.restassured.filter.Filter;
import io.restassured.http.Header;
import io.restassured.http.Headers;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Answers of the service, spoilt on their way to the filter that every test has.
@QuarkusTest
class ContractFilterTest {

    private static final String POOL = "/v1/pools/default";

    private static Filter spoil(Consumer<ResponseBuilder> spoiler) {
        return (request, expected, context) -> {
            Response response = context.next(request, expected);
            ResponseBuilder builder = new ResponseBuilder().clone(response);
            spoiler.accept(builder);
            return builder.build();
        };
    }

    private static Filter spoilHeaders(UnaryOperator<List<Header>> spoiler) {
        return (request, expected, context) -> {
            Response response = context.next(request, expected);
            List<Header> headers = spoiler.apply(new ArrayList<>(response.headers().asList()));
            return new ResponseBuilder().clone(response).setHeaders(new Headers(headers)).build();
        };
    }

    private static void assertBlamed(String violation, Filter spoilt, String path) {
        AssertionError blame =
                assertThrows(AssertionError.class, () -> given().filter(spoilt).get(path));
        assertThat(blame.getMessage(), containsString(violation));
    }

    @Test
    void whatIsNotSpoiltPasses() {
        assertEquals(200, given().filter(spoil(_ -> {})).get(POOL).statusCode());
    }

    @Test
    void anUndocumentedStatus() {
        assertBlamed("status is not documented", spoil(to -> to.setStatusCode(299)), POOL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"running\":false    | \"running\":false,\"odd\":1 | 'odd' is not defined",
                "\"running\":false    | \"running\":\"false\"       | string found, boolean expected",
                ",\"running\":false   | ``                          | required property 'running'",
                "\"default\"          | 7                           | integer found, string expected",
                "\"reclaimablePages\":| \"reclaimablePages\":-1,\"odd\": | minimum",
                "{                    | [                           | is not JSON",
            })
    void aBodyThatBreaksItsSchema(String from, String to, String violation) {
        Filter spoilt =
                (request, expected, context) -> {
                    Response response = context.next(request, expected);
                    String body = response.asString().replace(from, to);
                    return new ResponseBuilder().clone(response).setBody(body).build();
                };
        assertBlamed(violation, spoilt, POOL + "/compaction");
    }

    @Test
    void anUndocumentedCode() {
        Filter spoilt =
                spoil(to ->
                        to.setBody(
                                """
                                {"type": "urn:zspool:problem:EBUSY", "title": "", "status": 404,
                                 "detail": "", "code": "EBUSY", "instance": "/v1/pools/none"}
                                """));
        assertBlamed("code EBUSY is not documented", spoilt, "/v1/pools/none");
    }

    @Test
    void anUndocumentedHeader() {
        Filter spoilt =
                spoilHeaders(headers -> {
                    headers.add(new Header("X-Odd", "1"));
                    return headers;
                });
        assertBlamed("header x-odd is not documented", spoilt, POOL);
        assertBlamed("headers [x-odd] instead of []", spoilt, "/nowhere");
    }

    @Test
    void aHeaderThatIsMissingOrWrong() {
        String blob = POOL + "/blobs/contract-filter";
        given().body("content").put(blob);
        assertBlamed(
                "header ETag is missing",
                spoilHeaders(headers -> {
                    headers.removeIf(header -> header.hasSameNameAs(new Header("etag", "")));
                    return headers;
                }),
                blob);
        assertBlamed(
                "header X-Content-Type-Options: : must be the constant value 'nosniff'",
                spoilHeaders(headers -> {
                    headers.removeIf(header -> header.getValue().equals("nosniff"));
                    headers.add(new Header("x-content-type-options", "sniff"));
                    return headers;
                }),
                blob);
        given().delete(blob);
    }

    @Test
    void aPathThatIsNotThere() {
        assertBlamed("knows no such path", spoil(to -> to.setStatusCode(200)), "/nowhere");
    }

    @Test
    void anUndocumentedParameter() {
        AssertionError blame =
                assertThrows(AssertionError.class, () -> given().get(POOL + "?odd=1"));
        assertThat(blame.getMessage(), containsString("parameter odd is not documented"));
    }
}
