package dev.zspool.os;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.testkit.OpSequence;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelTextTest {
    private static final byte[] SOME = KernelText.bytes("some ");
    private static final byte[] FULL = KernelText.bytes("full ");

    private static byte[] text(String content) {
        return content.replace("|", "\n").getBytes(ISO_8859_1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    max|; 9223372036854775807
                    0|; 0
                    536870912|; 536870912
                    9223372036854771712|; 9223372036854771712
                    9223372036854775807|; 9223372036854775807
                    9223372036854775808|; 9223372036854775807
                    18446744073709551615|; 9223372036854775807
                    99999999999999999999999999999999999999|; 9223372036854775807
                    00012|; 12
                    536870912; -1
                    max; -1
                    ma|; -1
                    maxx|; -1
                    |; -1
                    -1|; -1
                    +1|; -1
                    ' 1|'; -1
                    '1 |'; -1
                    12x|; -1
                    1|2|; -1
                    12||; -1
                    """)
    @DisplayName("a file that is one number")
    void soleNumber(String content, long expected) {
        byte[] text = text(content);
        assertEquals(expected, KernelText.soleNumber(text, text.length));
    }

    @Test
    @DisplayName("an empty file has no number in any form")
    void empty() {
        byte[] left = text("12|");
        assertEquals(KernelText.ABSENT, KernelText.soleNumber(left, 0));
        assertEquals(KernelText.ABSENT, KernelText.keyed(left, 0, SOME));
        assertEquals(KernelText.ABSENT, KernelText.stallMicros(left, 0, SOME));
        assertEquals(KernelText.ABSENT, KernelText.column(left, 0, 0));
    }

    @ParameterizedTest(name = "{1} in {0}")
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    low 0|high 3|max 5|oom 2|oom_kill 1|; oom; 2
                    low 0|high 3|max 5|oom 2|oom_kill 1|; oom_kill; 1
                    low 0|high 3|max 5|oom 2|oom_kill 1|; low; 0
                    low 0|high 3|max 5|oom 2|oom_kill 1|; kill; -1
                    low 0|high 3|max 5|oom 2|oom_kill 1; oom_kill; -1
                    MemTotal:       24683656 kB|MemFree:  4 kB|; MemTotal; 24683656
                    MemTotal:       24683656 kB|MemFree:  4 kB|; Mem; -1
                    MemTotal:       24683656; MemTotal; -1
                    'MemTotal:      '; MemTotal; -1
                    MemTotal; MemTotal; -1
                    high|max 1|; high; -1
                    high x|high 4|; high; -1
                    inactive_file 99999999999999999999|; inactive_file; 9223372036854775807
                    xhigh 1|high 2|; high; 2
                    """)
    @DisplayName("a number behind its key")
    void keyed(String content, String key, long expected) {
        byte[] text = text(content);
        assertEquals(expected, KernelText.keyed(text, text.length, KernelText.bytes(key)), content);
    }

    @Test
    @DisplayName("the totals of a pressure file, in either order, and none when they are cut off")
    void stalls() {
        byte[] both = KernelTree.pressure(58_761_459, 12).getBytes(ISO_8859_1);
        assertEquals(58_761_459, KernelText.stallMicros(both, both.length, SOME));
        assertEquals(12, KernelText.stallMicros(both, both.length, FULL));
        assertEquals(KernelText.ABSENT, KernelText.stallMicros(both, both.length - 1, FULL));
        byte[] one = text("full avg10=0.00 total=8|");
        assertEquals(KernelText.ABSENT, KernelText.stallMicros(one, one.length, SOME));
        assertEquals(8, KernelText.stallMicros(one, one.length, FULL));
        byte[] without = text("some avg10=0.00|full total=8|");
        assertEquals(KernelText.ABSENT, KernelText.stallMicros(without, without.length, SOME));
    }

    @Test
    @DisplayName("columns of a line")
    void columns() {
        byte[] statm = text("765 434 406 5 0 123 0|");
        assertEquals(765, KernelText.column(statm, statm.length, 0));
        assertEquals(434, KernelText.column(statm, statm.length, 1));
        assertEquals(0, KernelText.column(statm, statm.length, 6));
        assertEquals(KernelText.ABSENT, KernelText.column(statm, statm.length, 7));
        assertEquals(KernelText.ABSENT, KernelText.column(statm, 6, 1));
    }

    @Test
    @DisplayName("a fingerprint tells a changed file")
    void fingerprint() {
        byte[] before = text("4:memory:/a|");
        byte[] after = text("4:memory:/b|");
        assertNotEquals(
                KernelText.fingerprint(before, before.length),
                KernelText.fingerprint(after, after.length));
        assertEquals(
                KernelText.fingerprint(before, before.length),
                KernelText.fingerprint(before.clone(), before.length));
    }

    @Test
    @DisplayName("damaged bytes never throw, and a cut never makes a number smaller")
    void damage() {
        List<String> originals =
                List.of(
                        "9223372036854771712\n",
                        "max\n",
                        KernelTree.pressure(1_234_567, 7_654_321),
                        "low 0\nhigh 3\nmax 5\noom 2\noom_kill 1\n",
                        "MemTotal:       24683656 kB\nMemAvailable:   23630584 kB\n",
                        "765 434 406 5 0 123 0\n");
        OpSequence.forEachSeed(
                "KernelTextTest#damage",
                20,
                2000,
                sequence -> {
                    while (sequence.hasMore()) {
                        byte[] text = sequence.oneOf(originals).getBytes(ISO_8859_1);
                        int length = sequence.between(0, text.length);
                        readAll(text, length, true);
                        for (int flips = sequence.below(4); flips >= 0; flips--) {
                            text[sequence.below(text.length)] = (byte) sequence.below(256);
                        }
                        sequence.note(length + " of " + new String(text, ISO_8859_1));
                        readAll(text, length, false);
                    }
                });
    }

    private static void readAll(byte[] text, int length, boolean isOnlyCut) {
        checkRead(KernelText.soleNumber(text, length), text, isOnlyCut);
        checkRead(KernelText.stallMicros(text, length, SOME), text, isOnlyCut);
        checkRead(KernelText.stallMicros(text, length, FULL), text, isOnlyCut);
        checkRead(KernelText.column(text, length, 1), text, isOnlyCut);
        for (String key : List.of("high", "oom", "oom_kill", "MemTotal", "MemAvailable")) {
            checkRead(KernelText.keyed(text, length, KernelText.bytes(key)), text, isOnlyCut);
        }
    }

    private static void checkRead(long value, byte[] text, boolean isOnlyCut) {
        assertTrue(value >= KernelText.ABSENT, () -> "" + value);
        if (isOnlyCut && value != KernelText.ABSENT && value != Long.MAX_VALUE) {
            String whole = " " + new String(text, ISO_8859_1).replaceAll("[^0-9]", " ");
            assertTrue(whole.contains(" " + value + " "), () -> value + " is not in " + whole);
        }
    }
}
