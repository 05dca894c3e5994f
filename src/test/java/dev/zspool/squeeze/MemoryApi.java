package dev.zspool.squeeze;

import dev.zspool.service.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// What the service says of its memory, and is told about it.
final class MemoryApi {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ServiceProcess service;

    MemoryApi(ServiceProcess service) {
        this.service = service;
    }

    /// What was seen at the last look.
    JsonObject pressure() throws IOException {
        return send(request("/v1/memory/pressure"));
    }

    /// Gives memory back until no more than this is in use.
    ///
    /// @param holdSeconds for how long nothing grows back
    JsonObject shrink(long targetBytes, long holdSeconds) throws IOException {
        return send(
                request("/v1/memory/shrink")
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        new JsonObject()
                                                .put("targetBytes", targetBytes)
                                                .put("holdSeconds", holdSeconds)
                                                .encode())));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(service.api().resolve(path)).timeout(PATIENCE);
    }

    private JsonObject send(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<String> answer =
                    service.client().send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(answer.statusCode() + " " + answer.body());
            }
            return new JsonObject(answer.body());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }
}
