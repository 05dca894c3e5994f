package dev.zspool.os;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A part of the address space of which somebody knows what it is for.
///
/// @param startAddress its first byte
/// @param endAddress the byte behind its last
public record AddressRange(long startAddress, long endAddress, MappedUse use) {
    private static final String HEX = "0x([0-9a-f]{1,16})";
    private static final Pattern HEAP =
            Pattern.compile("(?m)^Heap address: " + HEX + ", size: (\\d{1,12}) MB");
    private static final Pattern CLASS_SPACE =
            Pattern.compile("(?m)^Compressed class space mapped at: " + HEX + "-" + HEX);
    private static final Pattern CODE =
            Pattern.compile(
                    "(?m)^Code(?:Heap|Cache)[^\\n]*\\n bounds \\[" + HEX + ", " + HEX + ", " + HEX);
    private static final int MIB_SHIFT = 20;

    /// The range of a native segment.
    public static AddressRange of(MemorySegment segment, MappedUse use) {
        return new AddressRange(segment.address(), segment.address() + segment.byteSize(), use);
    }

    /// The ranges that the JVM tells in the answer to its diagnostic command `VM.info`: the heap
    /// (where it uses compressed references), the class space and the code heaps. They stay the
    /// same for the life of the process.
    ///
    /// @param vmInfo the answer; what cannot be found in it is not there
    public static List<AddressRange> ofVmInfo(String vmInfo) {
        Stream<AddressRange> heap =
                found(HEAP, vmInfo)
                        .map(match -> {
                            long start = address(match, 1);
                            long bytes = Long.parseLong(match.group(2)) << MIB_SHIFT;
                            return new AddressRange(start, start + bytes, MappedUse.JAVA_HEAP);
                        });
        Stream<AddressRange> classes =
                found(CLASS_SPACE, vmInfo)
                        .map(match ->
                                new AddressRange(
                                        address(match, 1),
                                        address(match, 2),
                                        MappedUse.CLASS_SPACE));
        Stream<AddressRange> code =
                found(CODE, vmInfo)
                        .map(match ->
                                new AddressRange(
                                        address(match, 1),
                                        address(match, 3),
                                        MappedUse.CODE_CACHE));
        return Stream.of(heap, classes, code).flatMap(same -> same).toList();
    }

    private static Stream<MatchResult> found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.results();
    }

    private static long address(MatchResult match, int group) {
        return Long.parseUnsignedLong(match.group(group), 16);
    }

    /// How many bytes it has in common with another part of the address space.
    long overlapBytes(long start, long end) {
        return Math.max(0, Math.min(end, endAddress) - Math.max(start, startAddress));
    }
}
