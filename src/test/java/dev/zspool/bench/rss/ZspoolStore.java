package dev.zspool.bench.rss;

import dev.zspool.service.ServiceProcess;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;

/// The packaged service as it is, durable.
final class ZspoolStore implements Store {
    /// Long enough to be seen, over before the next phase.
    private static final int HOLD_SECONDS = 5;

    private final ServiceProcess service;

    ZspoolStore() throws IOException, InterruptedException {
        this.service = ServiceProcess.start();
    }

    @Override
    public String name() {
        return "zspool (durable)";
    }

    @Override
    public long pid() {
        return service.pid();
    }

    @Override
    public StoreWire connect() throws IOException {
        return new Wire(service.api().getPort());
    }

    @Override
    public String compact() throws IOException, InterruptedException {
        return post("/v1/pools/default/compaction", "")
                + " "
                + post("/v1/memory/defragmentation", "");
    }

    @Override
    public String shrink(long bytes) throws IOException, InterruptedException {
        return post(
                "/v1/memory/shrink",
                "{\"releaseBytes\":" + bytes + ",\"holdSeconds\":" + HOLD_SECONDS + "}");
    }

    private String post(String path, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(service.api().resolve(path))
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        HttpResponse<String> answer =
                service.client().send(request.build(), HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    @Override
    public void close() throws IOException {
        service.close();
    }

    private static final class Wire extends StoreWire {
        private static final int STATUS_AT = 9;
        private static final String LENGTH = "content-length: ";

        private int status;

        Wire(int port) throws IOException {
            super(port);
        }

        @Override
        void put(int key, byte[] content) throws IOException {
            begin("PUT", key, "Content-Length: " + content.length + "\r\n");
            send(content);
        }

        @Override
        void delete(int key) throws IOException {
            begin("DELETE", key, "");
        }

        @Override
        void get(int key) throws IOException {
            begin("GET", key, "");
        }

        private void begin(String method, int key, String header) throws IOException {
            send(method + " /v1/pools/default/blobs/k" + key + " HTTP/1.1\r\n");
            send("Host: localhost\r\n" + header + "\r\n");
        }

        @Override
        void expectDone() throws IOException {
            byte[] body = answer();
            if (status != 201 && status != 204) {
                throw new IOException("zspool: " + status + ", " + body.length + " bytes");
            }
        }

        @Override
        byte[] expectContent() throws IOException {
            byte[] body = answer();
            return status == 200 ? body : new byte[0];
        }

        private byte[] answer() throws IOException {
            status = Integer.parseInt(line().substring(STATUS_AT, STATUS_AT + 3));
            int length = 0;
            String header = line().toLowerCase(Locale.ROOT);
            while (!header.isEmpty()) {
                if (header.startsWith(LENGTH)) {
                    length = Integer.parseInt(header.substring(LENGTH.length()));
                }
                header = line().toLowerCase(Locale.ROOT);
            }
            return bytes(length);
        }
    }
}
