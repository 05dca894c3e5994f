package dev.zspool.http;

import dev.zspool.blob.WriteRequest;
import java.time.Duration;
import java.time.format.DateTimeParseException;

/// How long a blob shall live: `?ttl=` on a write, in seconds or as an ISO-8601 duration of days
/// and less (`PT1H30M`, `P7D`).
final class TtlParameter {
    private static final String NAME = "ttl";
    private static final String MUST_BE =
            "seconds or an ISO-8601 duration of days, hours, minutes and seconds, from 1 second to"
                    + " 3650 days";

    /// Enough for the longest life and for its sum in milliseconds.
    private static final int MAX_DIGITS = 12;

    private static final long MILLIS_PER_SECOND = 1000;

    private TtlParameter() {}

    /// The life in milliseconds, {@link WriteRequest#POOL_TTL} when none is asked for, or a
    /// problem.
    static long of(QueryParameters query) {
        return query.text(NAME).map(TtlParameter::millisOf).orElse(WriteRequest.POOL_TTL);
    }

    static long millisOf(String text) {
        long millis = Digits.areAll(text) ? ofSeconds(text) : ofDuration(text);
        if (millis < MILLIS_PER_SECOND || millis > WriteRequest.MAX_TTL_MILLIS) {
            throw QueryParameters.bad(NAME, MUST_BE);
        }
        return millis;
    }

    private static long ofSeconds(String digits) {
        return digits.length() > MAX_DIGITS ? -1 : Long.parseLong(digits) * MILLIS_PER_SECOND;
    }

    private static long ofDuration(String text) {
        try {
            return Duration.parse(text).toMillis();
        } catch (DateTimeParseException | ArithmeticException wrong) {
            return -1;
        }
    }
}
