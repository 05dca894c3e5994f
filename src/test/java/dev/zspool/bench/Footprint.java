package dev.zspool.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The resident memory of a Java process by what it is for, from its memory map. The JVM is asked
/// where its heaps are; stacks and the C library's heaps are known by their shape.
record Footprint(Map<Part, Long> residentKib) {
    private static final Pattern HEADER =
            Pattern.compile("([0-9a-f]+)-([0-9a-f]+) (\\S+) \\S+ \\S+ \\d+\\s*(.*)");
    private static final Pattern RESIDENT = Pattern.compile("Rss:\\s+(\\d+) kB");
    private static final Pattern ADDRESS = Pattern.compile("0x([0-9a-f]{8,16})");

    /// The C library maps each heap but its first one in a piece of this size, aligned to it.
    private static final long MALLOC_HEAP_BYTES = 64L << 20;

    private static final long LEAST_ARENA_BYTES = 256L << 20;
    private static final long LARGEST_GUARD_BYTES = 20L << 10;
    private static final long LARGEST_STACK_BYTES = 8L << 20;

    /// What a piece of memory is for.
    enum Part {
        HEAP,
        CODE,
        METASPACE,
        ARCHIVE,
        LIBRARIES,
        FILES,
        MALLOC,
        STACKS,
        ARENA,
        OTHER
    }

    private record Range(long from, long to) {
        boolean holds(long address) {
            return from <= address && address < to;
        }

        long bytes() {
            return to - from;
        }
    }

    private record Piece(Range range, String access, String name, long residentKib) {}

    /// Of a process that runs now.
    static Footprint of(long pid) throws IOException, InterruptedException {
        List<Piece> pieces = pieces(Path.of("/proc/" + pid + "/smaps"));
        // Asked afterwards: answering takes memory.
        Range heap = bounds(ask(pid, "GC.heap_info"), "[0x");
        Range code = bounds(ask(pid, "Compiler.codecache"), "bounds");
        List<Range> metaspace = metaspace(ask(pid, "VM.metaspace", "show-loaders=false", "vslist"));
        Map<Part, Long> parts = new EnumMap<>(Part.class);
        for (int i = 0; i < pieces.size(); i++) {
            long address = pieces.get(i).range().from();
            Part part;
            if (heap.holds(address)) {
                part = Part.HEAP;
            } else if (code.holds(address)) {
                part = Part.CODE;
            } else if (metaspace.stream().anyMatch(range -> range.holds(address))) {
                part = Part.METASPACE;
            } else {
                part = byShape(pieces, i);
            }
            parts.merge(part, pieces.get(i).residentKib(), Long::sum);
        }
        return new Footprint(parts);
    }

    private static Part byShape(List<Piece> pieces, int index) {
        Piece piece = pieces.get(index);
        String name = piece.name();
        if (name.endsWith(".aot") || name.endsWith(".jsa")) {
            return Part.ARCHIVE;
        } else if (name.contains(".so")) {
            return Part.LIBRARIES;
        } else if (name.startsWith("/")) {
            return Part.FILES;
        } else if (name.equals("[heap]") || isMallocHeap(pieces, index)) {
            return Part.MALLOC;
        } else if (index > 0 && isStack(pieces.get(index - 1), piece)) {
            return Part.STACKS;
        }
        return runBytes(pieces, index) >= LEAST_ARENA_BYTES ? Part.ARENA : Part.OTHER;
    }

    /// How long the memory is without a gap that this piece is part of. The arena of blobs is one
    /// range, but its blocks may have settings of their own.
    private static long runBytes(List<Piece> pieces, int index) {
        int first = index;
        while (first > 0 && isOneRun(pieces.get(first - 1), pieces.get(first))) {
            first--;
        }
        int last = index;
        while (last + 1 < pieces.size() && isOneRun(pieces.get(last), pieces.get(last + 1))) {
            last++;
        }
        return pieces.get(last).range().to() - pieces.get(first).range().from();
    }

    private static boolean isOneRun(Piece lower, Piece upper) {
        return lower.range().to() == upper.range().from()
                && lower.name().isEmpty()
                && upper.name().isEmpty()
                && lower.access().equals(upper.access());
    }

    private static boolean isMallocHeap(List<Piece> pieces, int index) {
        Range range = pieces.get(index).range();
        if (range.from() % MALLOC_HEAP_BYTES != 0 || index + 1 == pieces.size()) {
            return false;
        }
        long end = range.from() + MALLOC_HEAP_BYTES;
        return range.to() == end || pieces.get(index + 1).range().to() == end;
    }

    private static boolean isStack(Piece guard, Piece piece) {
        return guard.access().startsWith("---")
                && guard.range().to() == piece.range().from()
                && guard.range().bytes() <= LARGEST_GUARD_BYTES
                && piece.range().bytes() <= LARGEST_STACK_BYTES;
    }

    private static List<Piece> pieces(Path smaps) throws IOException {
        List<Piece> pieces = new ArrayList<>();
        Matcher header = HEADER.matcher("");
        for (String line : Files.readAllLines(smaps)) {
            Matcher start = HEADER.matcher(line);
            Matcher resident = RESIDENT.matcher(line);
            if (start.matches()) {
                header = start;
            } else if (resident.matches()) {
                pieces.add(
                        new Piece(
                                new Range(address(header.group(1)), address(header.group(2))),
                                header.group(3),
                                header.group(4),
                                Long.parseLong(resident.group(1))));
            }
        }
        return pieces;
    }

    /// From the lowest to the highest address on lines with this mark.
    private static Range bounds(String answer, String mark) {
        long from = Long.MAX_VALUE;
        long to = 0;
        for (String line : answer.split("\n", -1)) {
            int at = line.indexOf(mark);
            Matcher addresses = ADDRESS.matcher(line);
            while (at >= 0 && addresses.find()) {
                from = Math.min(from, address(addresses.group(1)));
                to = Math.max(to, address(addresses.group(1)));
            }
        }
        return new Range(from, to);
    }

    /// The JVM tells where each of its nodes begins and how large it is.
    private static List<Range> metaspace(String answer) {
        List<Range> ranges = new ArrayList<>();
        Matcher nodes =
                Pattern.compile("base 0x([0-9a-f]+).*?reserved=\\s*([0-9.]+) (KB|MB|GB)")
                        .matcher(answer);
        while (nodes.find()) {
            long unit =
                    switch (nodes.group(3)) {
                        case "KB" -> 1L << 10;
                        case "MB" -> 1L << 20;
                        default -> 1L << 30;
                    };
            long from = address(nodes.group(1));
            ranges.add(new Range(from, from + (long) (Double.parseDouble(nodes.group(2)) * unit)));
        }
        return ranges;
    }

    private static long address(String hexadecimal) {
        return Long.parseUnsignedLong(hexadecimal, 16);
    }

    private static String ask(long pid, String... command)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        words.add(String.valueOf(pid));
        words.addAll(List.of(command));
        Process asking = new ProcessBuilder(words).redirectErrorStream(true).start();
        String answer =
                new String(asking.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        asking.waitFor();
        return answer;
    }

    long kib(Part part) {
        return residentKib.getOrDefault(part, 0L);
    }

    long totalKib() {
        return residentKib.values().stream().mapToLong(Long::longValue).sum();
    }
}
