package dev.zspool.os;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What of this process is in memory, split by what it is used for.
///
/// From one pass over `/proc/self/smaps` (`proc(5)`), for which the kernel walks all page tables.
/// In a large process it would take 15 ms a GiB for the arena: there the rest is counted page by
/// page, and the arena has what is left of the resident size, to some ten KiB. Takes milliseconds
/// either way: for a question of a person, not for a sampler. What the kernel names is taken from
/// there, stacks by where the threads' stack pointers are and by the guard below them, all else by
/// ranges that the caller knows.
///
/// @param residentBytes for every use; a use that is not there has 0
public record MemoryMaps(Map<MappedUse, Long> residentBytes) {
    private static final long KIB = 1024;

    /// From here on the arena is left out: it takes 20 ms by then.
    private static final long LARGE_BYTES = 1L << 30;

    private static final String RESIDENT = "Rss:";

    /// Copies the numbers, and adds the uses that are missing.
    public MemoryMaps {
        Map<MappedUse, Long> all = new EnumMap<>(MappedUse.class);
        for (MappedUse use : MappedUse.values()) {
            all.put(use, residentBytes.getOrDefault(use, 0L));
        }
        residentBytes = Map.copyOf(all);
    }

    /// Reads them.
    ///
    /// @param root `/`, in a test a directory with `proc/self/smaps`
    /// @param known ranges that are for something; the first one of several at an address counts
    /// @return empty where there is no such file
    public static Optional<MemoryMaps> read(Path root, List<AddressRange> known) {
        boolean isLarge = ProcessMemory.residentBytes().orElse(0) >= LARGE_BYTES;
        return (isLarge ? readPages(root, known) : Optional.<MemoryMaps>empty())
                .or(() -> readMappings(root, known));
    }

    /// Page by page, but for the arena.
    static Optional<MemoryMaps> readPages(Path root, List<AddressRange> known) {
        Optional<AddressRange> arena =
                known.stream().filter(range -> range.use() == MappedUse.ARENA).findFirst();
        OptionalLong resident = ProcessMemory.residentBytes();
        if (arena.isEmpty() || resident.isEmpty()) {
            return Optional.empty();
        }
        StackPointers stacks = StackPointers.read(root);
        try (PageMap pages = new PageMap(root);
                BufferedReader lines =
                        Files.newBufferedReader(
                                root.resolve("proc/self/maps"), StandardCharsets.ISO_8859_1)) {
            Map<MappedUse, Long> sums = new EnumMap<>(MappedUse.class);
            Optional<Mapping> below = Optional.empty();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Optional<Mapping> current = Mapping.parse(line);
                if (current.isPresent()) {
                    Mapping mapping = current.get();
                    MappedUse use = mapping.use(below, stacks);
                    addPages(sums, mapping.upTo(arena.get().startAddress()), known, use, pages);
                    addPages(sums, mapping.from(arena.get().endAddress()), known, use, pages);
                }
                below = current;
            }
            long others = sums.values().stream().mapToLong(Long::longValue).sum();
            sums.put(MappedUse.ARENA, Math.max(0, resident.getAsLong() - others));
            return Optional.of(new MemoryMaps(sums));
        } catch (IOException hidden) {
            return Optional.empty();
        }
    }

    private static void addPages(
            Map<MappedUse, Long> sums,
            Optional<Mapping> part,
            List<AddressRange> known,
            MappedUse use,
            PageMap pages)
            throws IOException {
        if (part.isEmpty()) {
            return;
        }
        Mapping mapping = part.get();
        long left = pages.residentBytes(mapping.start(), mapping.end());
        for (AddressRange range : known) {
            if (left > 0 && range.overlapBytes(mapping.start(), mapping.end()) > 0) {
                long bytes =
                        Math.min(
                                left,
                                pages.residentBytes(
                                        Math.max(mapping.start(), range.startAddress()),
                                        Math.min(mapping.end(), range.endAddress())));
                sums.merge(range.use(), bytes, Long::sum);
                left -= bytes;
            }
        }
        sums.merge(use, left, Long::sum);
    }

    /// Mapping by mapping.
    static Optional<MemoryMaps> readMappings(Path root, List<AddressRange> known) {
        StackPointers stacks = StackPointers.read(root);
        try (BufferedReader lines =
                Files.newBufferedReader(
                        root.resolve("proc/self/smaps"), StandardCharsets.ISO_8859_1)) {
            return Optional.of(parse(lines, known, stacks));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private static MemoryMaps parse(
            BufferedReader lines, List<AddressRange> known, StackPointers stacks)
            throws IOException {
        Map<MappedUse, Long> sums = new EnumMap<>(MappedUse.class);
        Optional<Mapping> below = Optional.empty();
        Optional<Mapping> current = Optional.empty();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (isFirstOfMapping(line)) {
                below = current;
                current = Mapping.parse(line);
            } else if (line.startsWith(RESIDENT) && current.isPresent()) {
                Mapping mapping = current.get();
                long bytes = Math.min(residentBytes(line), mapping.sizeBytes());
                if (bytes > 0) {
                    add(sums, mapping, bytes, known, mapping.use(below, stacks));
                }
            }
        }
        return new MemoryMaps(sums);
    }

    /// Addresses are written with small letters, names of numbers begin with a capital one.
    private static boolean isFirstOfMapping(String line) {
        return !line.isEmpty()
                && Character.digit(line.charAt(0), 16) >= 0
                && !Character.isUpperCase(line.charAt(0));
    }

    private static long residentBytes(String line) {
        try {
            String kib = line.substring(RESIDENT.length()).replace("kB", "").strip();
            return Math.multiplyExact(Long.parseLong(kib), KIB);
        } catch (ArithmeticException | NumberFormatException damaged) {
            return 0;
        }
    }

    /// A mapping that reaches beyond a known range is split in proportion: the kernel joins
    /// neighbours that look the same to it.
    private static void add(
            Map<MappedUse, Long> sums,
            Mapping mapping,
            long bytes,
            List<AddressRange> known,
            MappedUse use) {
        long left = bytes;
        for (AddressRange range : known) {
            long overlap = range.overlapBytes(mapping.start(), mapping.end());
            if (overlap > 0) {
                double share = (double) overlap / mapping.sizeBytes();
                long part = Math.min(left, Math.round(bytes * share));
                sums.merge(range.use(), part, Long::sum);
                left -= part;
            }
        }
        sums.merge(use, left, Long::sum);
    }

    /// What is in memory for a use.
    public long residentBytes(MappedUse use) {
        return residentBytes.getOrDefault(use, 0L);
    }

    /// All that is in memory: the resident size of the process.
    public long totalBytes() {
        return residentBytes.values().stream().mapToLong(Long::longValue).sum();
    }
}
