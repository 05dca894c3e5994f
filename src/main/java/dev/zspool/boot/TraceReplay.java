package dev.zspool.boot;

import dev.zspool.zsmalloc.FreeOutcome;
import dev.zspool.zsmalloc.ZsPool;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Replays the trace of a kernel's zsmalloc pool on one of ours and compares every number.
///
/// One event a line: `malloc,ID,PAYLOAD` and `free,ID` are calls in order; `pages,N` is the size of
/// the pool in pages at that moment; `compact,N` is a compaction and the pages that it freed. Empty
/// lines and lines that begin with `#` are skipped.
final class TraceReplay {
    private final ZsPool pool;
    private final Map<String, Long> handles = new HashMap<>();
    private final byte[] payload = new byte[ZsPool.MAX_OBJECT_BYTES];
    private long lines;
    private long comparisons;

    TraceReplay(ZsPool pool) {
        this.pool = pool;
    }

    /// How many lines were read.
    long lines() {
        return lines;
    }

    /// How many numbers were compared.
    long comparisons() {
        return comparisons;
    }

    /// Replays to the end, or to the first difference.
    ///
    /// @return the first difference with its line, empty when there is none
    /// @throws IOException when the trace cannot be read
    Optional<String> replay(BufferedReader trace) throws IOException {
        String line = trace.readLine();
        while (line != null) {
            lines++;
            String event = line.strip();
            Optional<String> difference =
                    event.isEmpty() || event.startsWith("#") ? Optional.empty() : play(event);
            if (difference.isPresent()) {
                return Optional.of("line " + lines + ": " + event + ": " + difference.get());
            }
            line = trace.readLine();
        }
        return pool.check().stream().findFirst().map(broken -> "after the last line: " + broken);
    }

    private Optional<String> play(String event) {
        String[] fields = event.split(",", -1);
        try {
            return switch (fields[0] + "/" + fields.length) {
                case "malloc/3" -> allocate(fields[1], Integer.parseInt(fields[2]));
                case "free/2" -> free(fields[1]);
                case "pages/2" -> compare(Long.parseLong(fields[1]), pool.stats().allocatedPages());
                case "compact/2" -> compare(Long.parseLong(fields[1]), pool.compact());
                default -> Optional.of("is no event of a trace");
            };
        } catch (NumberFormatException malformed) {
            return Optional.of("has a field that is no number");
        }
    }

    private Optional<String> allocate(String id, int payloadBytes) {
        if (payloadBytes < 1 || payloadBytes > ZsPool.MAX_OBJECT_BYTES) {
            return Optional.of("the payload must be 1 to " + ZsPool.MAX_OBJECT_BYTES + " bytes");
        }
        if (handles.containsKey(id)) {
            return Optional.of("this object is there already");
        }
        long handle = pool.allocate(payload, 0, payloadBytes);
        if (handle < 0) {
            return Optional.of("there is no memory left for it");
        }
        handles.put(id, handle);
        return Optional.empty();
    }

    private Optional<String> free(String id) {
        Long handle = handles.remove(id);
        if (handle == null) {
            return Optional.of("there is no such object");
        }
        return pool.free(handle) == FreeOutcome.FREED
                ? Optional.empty()
                : Optional.of("the pool has lost this object");
    }

    private Optional<String> compare(long expected, long actual) {
        comparisons++;
        return expected == actual
                ? Optional.empty()
                : Optional.of("expected " + expected + ", got " + actual);
    }
}
