package dev.zspool.http;

import com.google.errorprone.annotations.FormatMethod;
import dev.zspool.blob.ClassRow;
import java.util.List;
import java.util.Locale;

/// The size classes as text, in the columns of the kernel's debugfs file `classes`.
///
/// Tools that read the one read the other: every width and space is the kernel's, down to the empty
/// column in the line of totals.
final class ClassTable {

    /// Names of the fullness groups that the table shows; empty zspages are not among them.
    static final List<String> GROUPS =
            List.of("10%", "20%", "30%", "40%", "50%", "60%", "70%", "80%", "90%", "99%", "100%");

    private ClassTable() {}

    static String of(List<ClassRow> rows) {
        StringBuilder table = new StringBuilder(160 * (rows.size() + 3));
        head(table);
        long[] zspages = new long[GROUPS.size()];
        long allocated = 0;
        long used = 0;
        long pages = 0;
        long freeable = 0;
        for (ClassRow row : rows) {
            row(table, row);
            for (int group = 0; group < zspages.length; group++) {
                zspages[group] += row.zspagesByGroup().get(group);
            }
            allocated += row.allocatedSlots();
            used += row.liveSlots();
            pages += row.usedPages();
            freeable += row.reclaimablePages();
        }
        table.append('\n').append(format(" %5s %5s ", "Total", ""));
        for (long count : zspages) {
            table.append(format("%9d ", count));
        }
        return table.append(
                        format("%13d %10d %10d %16s %8d\n", allocated, used, pages, "", freeable))
                .toString();
    }

    private static void head(StringBuilder table) {
        table.append(format(" %5s %5s", "class", "size"));
        for (String group : GROUPS) {
            table.append(format(" %9s", group));
        }
        table.append(
                format(
                        " %13s %10s %10s %16s %8s\n",
                        "obj_allocated", "obj_used", "pages_used", "pages_per_zspage", "freeable"));
    }

    private static void row(StringBuilder table, ClassRow row) {
        table.append(format(" %5d %5d ", row.index(), row.sizeBytes()));
        for (int count : row.zspagesByGroup()) {
            table.append(format("%9d ", count));
        }
        table.append(
                format(
                        "%13d %10d %10d %16d %8d\n",
                        row.allocatedSlots(),
                        row.liveSlots(),
                        row.usedPages(),
                        row.pagesPerZspage(),
                        row.reclaimablePages()));
    }

    @FormatMethod
    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
