package dev.zspool.http;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// The parameter `lease`: how long a page is to be isolated, and later the name of that isolation.
final class LeaseParameter {

    private static final String NAME = "lease";
    private static final Duration DEFAULT_LIFE = Duration.ofSeconds(30);
    private static final Duration MAX_LIFE = Duration.ofHours(1);
    private static final int MAX_DIGITS = 16;

    private LeaseParameter() {}

    /// How long a page is to be isolated: seconds, or an ISO 8601 duration.
    static Duration life(QueryParameters query) {
        Duration life = query.text(NAME).map(LeaseParameter::duration).orElse(DEFAULT_LIFE);
        if (!life.isPositive() || life.compareTo(MAX_LIFE) > 0) {
            throw badLife();
        }
        return life;
    }

    private static Duration duration(String text) {
        OptionalInt seconds = Digits.toInt(text);
        if (seconds.isPresent()) {
            return Duration.ofSeconds(seconds.getAsInt());
        }
        try {
            return Duration.parse(text);
        } catch (DateTimeParseException | ArithmeticException none) {
            throw badLife();
        }
    }

    private static ProblemException badLife() {
        return QueryParameters.bad(
                NAME, "seconds or an ISO 8601 duration, more than nothing and at most an hour");
    }

    /// Which isolation the caller means; empty when he does not say.
    static OptionalLong id(QueryParameters query) {
        Optional<String> text = query.text(NAME);
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(id(text.get()));
    }

    private static long id(String text) {
        boolean isHex = text.chars().allMatch(c -> c < 128 && HexFormat.isHexDigit(c));
        if (text.isEmpty() || text.length() > MAX_DIGITS || !isHex) {
            throw QueryParameters.bad(NAME, "1 to 16 hexadecimal digits");
        }
        return Long.parseUnsignedLong(text, 16);
    }

    /// An id as callers see it.
    static String write(long id) {
        return HexFormat.of().toHexDigits(id);
    }
}
