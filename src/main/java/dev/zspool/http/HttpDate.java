package dev.zspool.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.OptionalLong;

/// Dates as HTTP writes them, in seconds since 1970.
final class HttpDate {

    /// IMF-fixdate: two digits of day, which `RFC_1123_DATE_TIME` does not give.
    private static final DateTimeFormatter FIXED = formatter("EEE, dd MMM uuuu HH:mm:ss 'GMT'");

    /// As `asctime` of C writes it: the day padded with a space.
    private static final DateTimeFormatter ASCTIME = formatter("EEE MMM ppd HH:mm:ss uuuu");

    /// Without looking at the length, years of five digits with a sign would pass.
    private static final int FIXED_CHARACTERS = 29;

    private static final int ASCTIME_CHARACTERS = 24;

    private static final int YEARS_AHEAD = 50;
    private static final int CENTURY = 100;

    private HttpDate() {}

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.US)
                .withResolverStyle(ResolverStyle.STRICT);
    }

    static String format(long epochSeconds) {
        return FIXED.format(LocalDateTime.ofEpochSecond(epochSeconds, 0, ZoneOffset.UTC));
    }

    /// Reads any of the three forms that HTTP knows.
    ///
    /// @param clock the time now, for years of two digits
    /// @return empty for anything else, which a recipient is to ignore
    static OptionalLong parse(String text, InstantSource clock) {
        try {
            int comma = text.indexOf(',');
            LocalDateTime date;
            if (comma < 0 && text.length() == ASCTIME_CHARACTERS) {
                date = LocalDateTime.parse(text, ASCTIME);
            } else if (comma == 3 && text.length() == FIXED_CHARACTERS) {
                date = LocalDateTime.parse(text, FIXED);
            } else if (comma < 0) {
                return OptionalLong.empty();
            } else {
                date = parseOld(text, comma, clock.instant());
            }
            return OptionalLong.of(date.toEpochSecond(ZoneOffset.UTC));
        } catch (DateTimeException noDate) {
            return OptionalLong.empty();
        }
    }

    /// A date of RFC 850. Its year has two digits and is not more than 50 years ahead.
    private static LocalDateTime parseOld(String text, int comma, Instant now) {
        LocalDateTime latest = LocalDateTime.ofInstant(now, ZoneOffset.UTC).plusYears(YEARS_AHEAD);
        DateTimeFormatter format =
                new DateTimeFormatterBuilder()
                        .appendPattern(", dd-MMM-")
                        .appendValueReduced(ChronoField.YEAR, 2, 2, latest.getYear() - CENTURY + 1)
                        .appendPattern(" HH:mm:ss 'GMT'")
                        .toFormatter(Locale.US)
                        .withResolverStyle(ResolverStyle.STRICT);
        LocalDateTime date = LocalDateTime.parse(text.substring(comma), format);
        if (date.isAfter(latest)) {
            date = date.minusYears(CENTURY);
        }
        String day = date.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.US);
        if (comma != day.length() || !text.startsWith(day)) {
            throw new DateTimeException("not a " + day);
        }
        return date;
    }
}
