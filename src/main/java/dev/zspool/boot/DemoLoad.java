package dev.zspool.boot;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Clients of a demo, one request at a time: a shop's records, a site's pages, its images. For one
/// thread.
final class DemoLoad {
    private static final String JSON = "application/json";
    private static final int NOT_FOUND = 404;
    private static final int MOST_RECORDS = 30_000;
    private static final int MOST_PAGES = 1_500;
    private static final int MOST_IMAGES = 800;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI service;
    private final RandomGenerator random;
    private final DemoContent content;
    private final List<String> records = new ArrayList<>();
    private long stored;

    DemoLoad(URI service, RandomGenerator random) {
        this.service = service;
        this.random = random;
        this.content = new DemoContent(random);
    }

    /// Whether the service lets anybody in.
    boolean isAllowed() throws IOException, InterruptedException {
        return send("GET", "/v1/identity", BodyPublishers.noBody(), JSON) < 300;
    }

    /// Makes the pools beside `default`: pages are a cache, images survive but the last moment.
    void makePools() throws IOException, InterruptedException {
        put(
                "/v1/pools/pages",
                "{\"limitBytes\":25165824,\"durability\":\"none\",\"full\":\"evict\"}");
        put("/v1/pools/images", "{\"limitBytes\":33554432,\"durability\":\"async\"}");
    }

    /// One request of some client: a read mostly, now and then a write, seldom a delete.
    void step() throws IOException, InterruptedException {
        int dice = random.nextInt(100);
        if (dice < 55) {
            read();
        } else if (dice < 92 || records.isEmpty()) {
            write();
        } else {
            delete(random.nextInt(records.size()));
        }
    }

    /// Stores something new, or something in place of what was there.
    void write() throws IOException, InterruptedException {
        int dice = random.nextInt(100);
        if (dice < 80) {
            String handle = "record-" + random.nextInt(MOST_RECORDS);
            if (store("default", handle, content.record(stored++), JSON)) {
                records.add(handle);
            }
        } else if (dice < 93) {
            store("pages", "page-" + random.nextInt(MOST_PAGES), content.page(), "text/html");
        } else {
            store("images", "image-" + random.nextInt(MOST_IMAGES), content.image(), "image/jpeg");
        }
    }

    private boolean store(String pool, String handle, byte[] blob, String type)
            throws IOException, InterruptedException {
        return send("PUT", path(pool, handle), BodyPublishers.ofByteArray(blob), type) == 201;
    }

    private void read() throws IOException, InterruptedException {
        boolean isPage = random.nextInt(4) == 0;
        String path =
                isPage
                        ? path("pages", "page-" + random.nextInt(MOST_PAGES))
                        : path("default", "record-" + random.nextInt(MOST_RECORDS));
        // What a cache has lost is made anew.
        if (send("GET", path, BodyPublishers.noBody(), JSON) == NOT_FOUND && isPage) {
            store("pages", path.substring(path.lastIndexOf('/') + 1), content.page(), "text/html");
        }
    }

    /// Deletes this share of the records, wherever they lie.
    ///
    /// @return how many that were
    int deleteShare(double share) throws IOException, InterruptedException {
        int wanted = (int) (records.size() * share);
        for (int done = 0; done < wanted; done++) {
            delete(random.nextInt(records.size()));
        }
        return wanted;
    }

    private void delete(int at) throws IOException, InterruptedException {
        String handle = records.get(at);
        records.set(at, records.getLast());
        records.removeLast();
        send("DELETE", path("default", handle), BodyPublishers.noBody(), JSON);
    }

    /// Takes memory off, as a neighbour would that needs it for a while.
    void squeeze(long bytes, int seconds) throws IOException, InterruptedException {
        String body = "{\"bytes\":" + bytes + ",\"leaseSeconds\":" + seconds + "}";
        send("POST", "/v1/memory/balloon", BodyPublishers.ofString(body), JSON);
    }

    private static String path(String pool, String handle) {
        return "/v1/pools/" + pool + "/blobs/" + handle;
    }

    private void put(String path, String settings) throws IOException, InterruptedException {
        send("PUT", path, BodyPublishers.ofString(settings), JSON);
    }

    private int send(String method, String path, BodyPublisher body, String type)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(service.resolve(path))
                        .method(method, body)
                        .header("Content-Type", type)
                        .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }
}
