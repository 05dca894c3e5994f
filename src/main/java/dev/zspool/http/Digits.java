package dev.zspool.http;

import java.util.Optional;
import java.util.OptionalInt;

/// Numbers as callers write them: digits only, no sign, no space.
final class Digits {

    private Digits() {}

    static boolean areAll(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /// The number, empty when it is none or too large.
    static OptionalInt toInt(String text) {
        if (!areAll(text)) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(text));
        } catch (NumberFormatException tooLarge) {
            return OptionalInt.empty();
        }
    }

    /// The number, empty when it is none or too large.
    static Optional<Long> toLong(String text) {
        if (!areAll(text)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }
}
