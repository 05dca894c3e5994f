package dev.zspool.http;

import java.nio.charset.StandardCharsets;
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

    private static final byte[] DAYS = "MonTueWedThuFriSatSun".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MONTHS =
            "JanFebMarAprMayJunJulAugSepOctNovDec".getBytes(StandardCharsets.US_ASCII);
    private static final int NAME_CHARACTERS = 3;

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

    /// Written by hand: every answer with a blob has one, and a formatter costs more than reading
    /// the blob.
    static String format(long epochSeconds) {
        LocalDateTime date = LocalDateTime.ofEpochSecond(epochSeconds, 0, ZoneOffset.UTC);
        byte[] text = "ddd, 00 mmm 0000 00:00:00 GMT".getBytes(StandardCharsets.ISO_8859_1);
        putName(DAYS, date.getDayOfWeek().getValue() - 1, text, 0);
        putNumber(date.getDayOfMonth(), text, 6);
        putName(MONTHS, date.getMonthValue() - 1, text, 8);
        putNumber(date.getYear(), text, 15);
        putNumber(date.getHour(), text, 18);
        putNumber(date.getMinute(), text, 21);
        putNumber(date.getSecond(), text, 24);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static void putName(byte[] names, int nth, byte[] text, int at) {
        System.arraycopy(names, NAME_CHARACTERS * nth, text, at, NAME_CHARACTERS);
    }

    /// @param lastAt where its last digit goes
    private static void putNumber(int number, byte[] text, int lastAt) {
        int at = lastAt;
        for (int rest = number; rest > 0; rest /= 10) {
            text[at--] = (byte) ('0' + rest % 10);
        }
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
