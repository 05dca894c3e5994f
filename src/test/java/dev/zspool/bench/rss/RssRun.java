package dev.zspool.bench.rss;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// All stores that there are, one after the other, with the same records.
public final class RssRun {
    private RssRun() {}

    /// Runs it.
    ///
    /// @param folder where `memory.csv` and `memory.svg` go
    public static void measure(List<byte[]> records, Path folder)
            throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        lines.add(RssSample.HEADER);
        try (Store store = new ZspoolStore()) {
            run(store, records, lines);
        }
        Optional<String> redis = ServerProcess.version(RedisStore.PROGRAM);
        if (redis.isPresent()) {
            try (Store store = new RedisStore(redis.get())) {
                run(store, records, lines);
            }
        } else {
            System.out.println(RedisStore.PROGRAM + " is not installed: left out");
        }
        Optional<String> memcached = ServerProcess.version(MemcachedStore.PROGRAM);
        if (memcached.isPresent()) {
            long bytes = records.stream().mapToLong(content -> content.length).sum();
            try (Store store = new MemcachedStore(memcached.get(), (int) (bytes >> 19) + 64)) {
                run(store, records, lines);
            }
        } else {
            System.out.println(MemcachedStore.PROGRAM + " is not installed: left out");
        }
        Files.createDirectories(folder);
        Path figures = folder.resolve("memory.csv");
        Files.write(figures, lines);
        draw(figures);
    }

    private static void run(Store store, List<byte[]> records, List<String> lines)
            throws IOException, InterruptedException {
        List<RssSample> samples = new StoreCourse(store, records).run();
        samples.forEach(sample -> lines.add(sample.line()));
        System.out.print("| " + store.name());
        for (Phase phase : Phase.values()) {
            samples.stream()
                    .filter(sample -> sample.phase() == phase)
                    .reduce((_, last) -> last)
                    .ifPresent(last -> System.out.print(" | " + (last.residentBytes() >> 20)));
        }
        System.out.println(" |");
    }

    /// Draws the figures of a run anew, beside them.
    ///
    /// @param figures its `memory.csv`
    public static void draw(Path figures) throws IOException {
        List<RssSample> samples =
                Files.readAllLines(figures).stream().skip(1).map(RssSample::of).toList();
        Path picture = figures.resolveSibling("memory.svg");
        Files.writeString(picture, new RssPicture(samples).draw());
        System.out.println(figures + ", " + picture);
    }
}
