package dev.zspool.boot;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.random.RandomGenerator;

/// Made-up blobs that compress as real ones do: records well, pages very well, images not at all.
final class DemoContent {
    private static final String[] WORDS =
            ("order customer invoice parcel street number garden summer winter blue green small large"
                            + " express standard paid open returned lamp chair table book cable paper glass"
                            + " north south market harbour station bridge window coffee bread apple")
                    .split(" ");

    private static final int[] JPEG = {0xff, 0xd8, 0xff, 0xe0};

    private final RandomGenerator random;

    DemoContent(RandomGenerator random) {
        this.random = random;
    }

    /// A record of some shop, 200 bytes to 1.5 KiB.
    byte[] record(long id) {
        StringBuilder text = new StringBuilder();
        text.append("{\"id\":").append(id);
        text.append(",\"customer\":\"").append(words(2)).append('"');
        text.append(",\"address\":\"").append(words(3)).append(' ').append(random.nextInt(200));
        text.append("\",\"items\":[");
        int items = 1 + random.nextInt(8);
        for (int item = 0; item < items; item++) {
            text.append(item == 0 ? "" : ",")
                    .append("{\"article\":\"")
                    .append(words(2))
                    .append("\",\"sku\":\"")
                    .append(Long.toHexString(random.nextLong()))
                    .append("\",\"cents\":")
                    .append(100 + random.nextInt(90_000))
                    .append(",\"state\":\"")
                    .append(words(1))
                    .append("\"}");
        }
        return bytes(text.append("]}").toString());
    }

    /// A page of some site, 4 to 40 KiB.
    byte[] page() {
        StringBuilder text = new StringBuilder();
        text.append("<!doctype html><html><head><title>")
                .append(words(4))
                .append("</title></head><body>");
        int paragraphs = 10 + random.nextInt(90);
        for (int at = 0; at < paragraphs; at++) {
            text.append("<section class=\"article\"><h2>")
                    .append(words(3))
                    .append("</h2><p>")
                    .append(words(20 + random.nextInt(40)))
                    .append("</p></section>\n");
        }
        return bytes(text.append("</body></html>").toString());
    }

    /// What looks like an image, 8 to 60 KiB.
    byte[] image() {
        byte[] content = new byte[(8 + random.nextInt(52)) << 10];
        random.nextBytes(content);
        for (int at = 0; at < JPEG.length; at++) {
            content[at] = (byte) JPEG[at];
        }
        return content;
    }

    private String words(int count) {
        StringBuilder text = new StringBuilder();
        for (int word = 0; word < count; word++) {
            text.append(word == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
        }
        return text.toString().toLowerCase(Locale.ROOT);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
