package dev.zspool.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/// Everything that a service has that outlives it: the pools with their settings, and of each blob
/// what a list and a read say of it.
final class DataPicture {
    static final ObjectMapper JSON = new ObjectMapper();

    /// What of an answer follows from what was stored.
    private static final String[] HEADERS = {
        "ETag", "Last-Modified", "Content-Type", "Content-Encoding", "Content-Length"
    };

    private final HttpClient client;
    private final URI api;

    DataPicture(HttpClient client, URI api) {
        this.client = client;
        this.api = api;
    }

    /// Takes it.
    ObjectNode take() throws IOException, InterruptedException {
        ObjectNode picture = JSON.createObjectNode();
        Map<String, JsonNode> pools = new TreeMap<>();
        for (JsonNode pool : json("/v1/pools").path("pools")) {
            pools.put(pool.path("pool").asText(), pool.path("settings"));
        }
        for (Map.Entry<String, JsonNode> pool : pools.entrySet()) {
            ObjectNode of = picture.putObject(pool.getKey());
            of.set("settings", pool.getValue());
            of.set("blobs", blobs(pool.getKey()));
        }
        return picture;
    }

    private ObjectNode blobs(String pool) throws IOException, InterruptedException {
        Map<String, ObjectNode> sorted = new TreeMap<>();
        String path = "/v1/pools/" + pool + "/blobs";
        JsonNode page = json(path + "?limit=1000");
        if (page.hasNonNull("next")) {
            throw new IllegalStateException("more than one page");
        }
        for (JsonNode listed : page.path("blobs")) {
            String handle = listed.path("handle").asText();
            ObjectNode blob = sorted.computeIfAbsent(handle, any -> JSON.createObjectNode());
            blob.set("listed", listed);
            HttpResponse<byte[]> read = get(path + "/" + handle);
            blob.put("status", read.statusCode());
            blob.put("sha256", sha256(read.body()));
            ArrayNode headers = blob.putArray("headers");
            for (String name : HEADERS) {
                read.headers().allValues(name).forEach(value -> headers.add(name + ": " + value));
            }
        }
        ObjectNode blobs = JSON.createObjectNode();
        sorted.forEach(blobs::set);
        return blobs;
    }

    private JsonNode json(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = get(path);
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(path + ": " + answer.statusCode());
        }
        return JSON.readTree(answer.body());
    }

    private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(api.resolve(path)).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
