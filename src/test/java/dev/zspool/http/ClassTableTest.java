package dev.zspool.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.zspool.blob.ClassRow;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The text has the kernel's columns to the space.
class ClassTableTest {

    private static final String HEAD =
            " class  size       10%       20%       30%       40%       50%       60%       70%"
                    + "       80%       90%       99%      100% obj_allocated   obj_used pages_used"
                    + " pages_per_zspage freeable\n";

    @Test
    void empty() {
        assertEquals(
                HEAD
                        + "\n Total               0         0         0         0         0"
                        + "         0         0         0         0         0         0"
                        + "             0          0          0                         0\n",
                ClassTable.of(List.of()));
    }

    @Test
    void rowsAndTotals() {
        List<ClassRow> rows =
                List.of(
                        new ClassRow(
                                0,
                                32,
                                List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
                                128,
                                64,
                                1,
                                1,
                                5,
                                3),
                        new ClassRow(
                                254,
                                4096,
                                List.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 123_456_789),
                                123_456_789,
                                123_456_789,
                                123_456_789,
                                1,
                                0,
                                0));
        assertEquals(
                HEAD
                        + "     0    32         1         2         3         4         5"
                        + "         6         7         8         9        10        11"
                        + "           128         64          1                1        5\n"
                        + "   254  4096         0         0         0         0         0"
                        + "         0         0         0         0         0 123456789"
                        + "     123456789  123456789  123456789                1        0\n"
                        + "\n"
                        + " Total               1         2         3         4         5"
                        + "         6         7         8         9        10 123456800"
                        + "     123456917  123456853  123456790                         5\n",
                ClassTable.of(rows));
    }
}
