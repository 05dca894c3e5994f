package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Only this machine's own names, and no pages of other sites, on whatever path.
@QuarkusTest
class CallerCheckTest extends EdgeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST",
                "localhost:8080",
                "127.0.0.1",
                "127.0.0.1:1",
                "[::1]",
                "[::1]:65535"
            })
    void ownNames(String host) throws IOException {
        assertEquals(200, statusOf("/openapi", "Host: " + host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8080",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "127.0.0.2",
                "0.0.0.0",
                "[::]",
                "localhost."
            })
    void foreignNames(String host) throws IOException {
        for (String path : new String[] {"/", "/openapi", "/q/openapi", BLOBS + "/a", "/none"}) {
            assertEquals(403, statusOf(path, "Host: " + host), path);
        }
    }

    @Test
    void aProxyTargetMustBeOursToo() throws IOException {
        assertEquals(403, statusOf("http://evil.example/openapi", "Host: localhost"));
        assertEquals(200, statusOf("http://localhost:8080/openapi", "Host: localhost"));
    }

    @Test
    void anOldClientMustNameTheHost() throws IOException {
        try (RawHttp http = connect()) {
            assertEquals(403, http.send("GET /openapi HTTP/1.0\r\n\r\n").answer().status());
        }
    }

    @Test
    void pagesOfOtherSitesAreRefused() throws IOException {
        String host = "Host: localhost:8080";
        assertEquals(403, statusOf("/openapi", host, "Sec-Fetch-Site: cross-site"));
        assertEquals(403, statusOf("/openapi", host, "Origin: https://evil.example"));
        assertEquals(403, statusOf("/openapi", host, "Origin: null"));
        assertEquals(403, statusOf("/openapi", host, "Origin: http://localhost:3000"));
        assertEquals(
                403, statusOf("/v1/pools/default", host, "Origin: http://localhost:8080.evil"));
    }

    @Test
    void ownPagesAndProgramsAreWelcome() throws IOException {
        String host = "Host: localhost:8080";
        assertEquals(200, statusOf("/openapi", host, "Sec-Fetch-Site: same-origin"));
        assertEquals(200, statusOf("/openapi", host, "Sec-Fetch-Site: none"));
        assertEquals(200, statusOf("/openapi", host, "Origin: http://localhost:8080"));
    }

    @Test
    void aRefusedWriteIsNotDone() throws IOException {
        try (RawHttp http = connect()) {
            String put =
                    "PUT "
                            + BLOBS
                            + "/a HTTP/1.1\r\nHost: localhost\r\n"
                            + "Sec-Fetch-Site: cross-site\r\nContent-Length: 3\r\n\r\nabc";
            assertProblem(http.send(put).answer(), 403, "CROSS_SITE_REQUEST");
        }
        assertFalse(isStored("a"));
    }

    private int statusOf(String target, String... headers) throws IOException {
        try (RawHttp http = connect()) {
            String request =
                    "GET " + target + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
            RawHttp.Answer answer = http.send(request).answer();
            if (answer.status() == 403) {
                assertTrue(answer.hasHeader("content-type: application/problem+json"));
            }
            return answer.status();
        }
    }
}
