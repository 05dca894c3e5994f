package dev.zspool.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// The resident size of this process as the kernel counts it, from `/proc/self/status` (`proc(5)`).
public final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long KIB = 1024;

    private ProcessMemory() {}

    /// The resident set size in bytes (`VmRSS`); empty where there is no `/proc`.
    public static OptionalLong residentBytes() {
        try {
            return residentBytes(Files.readString(STATUS, StandardCharsets.US_ASCII));
        } catch (IOException absent) {
            return OptionalLong.empty();
        }
    }

    static OptionalLong residentBytes(String status) {
        return status.lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .filter(digits -> !digits.isEmpty())
                .mapToLong(digits -> Long.parseLong(digits) * KIB)
                .findFirst();
    }
}
