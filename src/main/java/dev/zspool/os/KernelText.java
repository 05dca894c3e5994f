package dev.zspool.os;

import java.util.Arrays;

/// Numbers out of the small files of the kernel, from bytes, without an object made.
///
/// A number counts only if something ends it: the kernel's files end in a newline, so that one
/// which was read by half, or written by half in a test, is no number rather than a much smaller
/// one.
final class KernelText {
    /// No such number, or none that can be trusted.
    static final long ABSENT = -1;

    private static final byte[] MAX = bytes("max");
    private static final byte[] TOTAL = bytes(" total=");

    private KernelText() {}

    static byte[] bytes(String ascii) {
        return ascii.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    /// The number that is the whole file; `max` is {@link Long#MAX_VALUE}, and so is what is
    /// larger.
    static long soleNumber(byte[] text, int length) {
        if (length == MAX.length + 1
                && text[MAX.length] == '\n'
                && startsWith(text, 0, length, MAX)) {
            return Long.MAX_VALUE;
        }
        int digits = digits(text, 0, length);
        return digits > 0 && digits == length - 1 && text[digits] == '\n'
                ? number(text, 0, length)
                : ABSENT;
    }

    /// The number in the line that begins with a key: `oom_kill 3`, `MemTotal: 24683656 kB`.
    static long keyed(byte[] text, int length, byte[] key) {
        for (int line = 0; line < length; line = nextLine(text, line, length)) {
            int at = line + key.length;
            if (at < length && isSeparator(text[at]) && startsWith(text, line, length, key)) {
                while (at < length && isSeparator(text[at])) {
                    at++;
                }
                return number(text, at, length);
            }
        }
        return ABSENT;
    }

    /// The `total` in the line of a share, `some` or `full`, of a pressure file.
    static long stallMicros(byte[] text, int length, byte[] share) {
        for (int line = 0; line < length; line = nextLine(text, line, length)) {
            if (!startsWith(text, line, length, share)) {
                continue;
            }
            for (int at = line + share.length; at < length && text[at] != '\n'; at++) {
                if (startsWith(text, at, length, TOTAL)) {
                    return number(text, at + TOTAL.length, length);
                }
            }
            return ABSENT;
        }
        return ABSENT;
    }

    /// A column, counted from 0, of a file that is one line.
    static long column(byte[] text, int length, int index) {
        int at = 0;
        for (int skipped = 0; skipped < index; skipped++) {
            while (at < length && text[at] != ' ') {
                at++;
            }
            at++;
        }
        return at < length ? number(text, at, length) : ABSENT;
    }

    /// The same for the same bytes: tells that a file has changed.
    static long fingerprint(byte[] text, int length) {
        long hash = length;
        for (int at = 0; at < length; at++) {
            hash = hash * 0x100000001B3L + text[at];
        }
        return hash;
    }

    private static long number(byte[] text, int from, int length) {
        int end = from + digits(text, from, length);
        if (end == from || end >= length || (text[end] != ' ' && text[end] != '\n')) {
            return ABSENT;
        }
        long value = 0;
        for (int at = from; at < end; at++) {
            int digit = text[at] - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                return Long.MAX_VALUE;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static int digits(byte[] text, int from, int length) {
        int at = from;
        while (at < length && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        return at - from;
    }

    private static boolean isSeparator(byte character) {
        return character == ' ' || character == ':' || character == '\t';
    }

    private static int nextLine(byte[] text, int from, int length) {
        int at = from;
        while (at < length && text[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    private static boolean startsWith(byte[] text, int from, int length, byte[] prefix) {
        int end = from + prefix.length;
        return end <= length && Arrays.equals(text, from, end, prefix, 0, prefix.length);
    }
}
