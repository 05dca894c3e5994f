package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zspool.testkit.OpSequence;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The three forms of a date in HTTP.
class HttpDateTest {

    private static final InstantSource NOW =
            InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Sun, 06 Nov 1994 08:49:37 GMT     | 1994-11-06T08:49:37Z",
                "Sunday, 06-Nov-94 08:49:37 GMT    | 1994-11-06T08:49:37Z",
                "Sun Nov  6 08:49:37 1994          | 1994-11-06T08:49:37Z",
                "Sun Nov 06 08:49:37 1994          | 1994-11-06T08:49:37Z",
                "Wed Nov 16 08:49:37 1994          | 1994-11-16T08:49:37Z",
                "Thu, 01 Jan 1970 00:00:00 GMT     | 1970-01-01T00:00:00Z",
                "Wed, 31 Dec 1969 23:59:59 GMT     | 1969-12-31T23:59:59Z",
                "Fri, 31 Dec 9999 23:59:59 GMT     | 9999-12-31T23:59:59Z",
                "Thu, 29 Feb 2024 00:00:00 GMT     | 2024-02-29T00:00:00Z",
                "Saturday, 29-Feb-20 01:02:03 GMT  | 2020-02-29T01:02:03Z",
                "Monday, 23-Nov-26 12:00:00 GMT    | 2026-11-23T12:00:00Z",
                "Wednesday, 23-Nov-72 12:00:00 GMT | 2072-11-23T12:00:00Z",
                "Monday, 23-Nov-76 12:00:00 GMT    | 2076-11-23T12:00:00Z",
            })
    void dates(String text, Instant expected) {
        assertEquals(OptionalLong.of(expected.getEpochSecond()), HttpDate.parse(text, NOW), text);
    }

    /// More than fifty years ahead is the century before.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "77 | 1977",
                "99 | 1999",
                "00 | 2000",
                "76 | 2076",
            })
    void yearsOfTwoDigits(String digits, int year) {
        LocalDateTime date = LocalDateTime.of(year, 3, 4, 5, 6, 7);
        String text =
                DateTimeFormatter.ofPattern("EEEE, dd-MMM-", Locale.US).format(date)
                        + digits
                        + " 05:06:07 GMT";
        assertEquals(
                OptionalLong.of(date.toEpochSecond(ZoneOffset.UTC)), HttpDate.parse(text, NOW));
    }

    @Test
    void theDayIsMoreThanFiftyYearsAheadToo() {
        // The day after the one fifty years from now; a hundred years before, it was a Wednesday.
        assertEquals(
                OptionalLong.of(Instant.parse("1976-11-24T12:00:00Z").getEpochSecond()),
                HttpDate.parse("Wednesday, 24-Nov-76 12:00:00 GMT", NOW));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "now",
                "0",
                "1700000000",
                "2026-11-23T12:00:00Z",
                "Mon, 06 Nov 1994 08:49:37 GMT",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 94 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 06 Nov 1994 08:49:37 +0000",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun, 06 Nov 1994 24:00:00 GMT",
                "Sun, 06 Nov 1994 08:60:00 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT ",
                "sun, 06 nov 1994 08:49:37 gmt",
                "Wed, 30 Feb 1994 08:49:37 GMT",
                "Sun, 06 Foo 1994 08:49:37 GMT",
                "Sun, 06 Nov -994 08:49:37 GMT",
                "Sun, 06 Nov -0994 08:49:37 GMT",
                "Wed, 06 Nov +11994 08:49:37 GMT",
                "Sun Nov  6 08:49:37 +11994",
                "Sun, 06-Nov-94 08:49:37 GMT",
                "Sunday, 06-Nov-1994 08:49:37 GMT",
                "Monday, 06-Nov-94 08:49:37 GMT",
                "Su, 06-Nov-94 08:49:37 GMT",
                "Sundays, 06-Nov-94 08:49:37 GMT",
                "Sun Nov 6 08:49:37 1994",
                "Sun Nov  6 08:49:37 1994 GMT",
                "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
            })
    void whatIsNoDate(String text) {
        assertEquals(OptionalLong.empty(), HttpDate.parse(text, NOW), text);
    }

    @Test
    void whatIsWrittenIsRead() {
        OpSequence.forEachSeed(
                "HttpDateTest#whatIsWrittenIsRead",
                200,
                1,
                sequence -> {
                    long seconds = sequence.split().nextLong(253_402_300_800L);
                    String text = HttpDate.format(seconds);
                    assertEquals(OptionalLong.of(seconds), HttpDate.parse(text, NOW), text);
                });
    }
}
