package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.restassured.RestAssured;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/// Many blobs, stored, read and deleted quickly: without holding each exchange against the
/// contract.
final class PlainHttp {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private PlainHttp() {}

    static void put(String path, byte[] content) {
        assertEquals(201, send("PUT", path, BodyPublishers.ofByteArray(content)).statusCode());
    }

    static byte[] get(String path) {
        HttpResponse<byte[]> answer = send("GET", path, BodyPublishers.noBody());
        assertEquals(200, answer.statusCode());
        return answer.body();
    }

    static void delete(String path) {
        assertEquals(204, send("DELETE", path, BodyPublishers.noBody()).statusCode());
    }

    private static HttpResponse<byte[]> send(String method, String path, BodyPublisher body) {
        URI address = URI.create("http://localhost:" + RestAssured.port + path);
        try {
            return CLIENT.send(
                    HttpRequest.newBuilder(address).method(method, body).build(),
                    BodyHandlers.ofByteArray());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
