package dev.zspool.os;

import java.util.Arrays;

/// The numbers of one file of the kernel: each as it was last read well.
///
/// A file that vanishes, is empty or makes no sense leaves its numbers as they were; that is
/// counted by whoever refreshes them, and is no error.
final class KernelFigures {
    /// How numbers stand in a file.
    private enum Form {
        SOLE,
        KEYED,
        STALL,
        COLUMN
    }

    private final KernelFile file;
    private final Form form;
    private final byte[][] keys;
    private final int column;
    private final long[] values;
    private boolean isReadable;

    private KernelFigures(KernelFile file, Form form, int column, String... keys) {
        this.file = file;
        this.form = form;
        this.column = column;
        this.keys = Arrays.stream(keys).map(KernelText::bytes).toArray(byte[][]::new);
        this.values = new long[Math.max(1, keys.length)];
        Arrays.fill(values, KernelText.ABSENT);
    }

    static KernelFigures sole(KernelFile file) {
        return new KernelFigures(file, Form.SOLE, 0);
    }

    static KernelFigures keyed(KernelFile file, String... keys) {
        return new KernelFigures(file, Form.KEYED, 0, keys);
    }

    /// Of a pressure file: `some` at 0, `full` at 1.
    static KernelFigures stalls(KernelFile file) {
        return new KernelFigures(file, Form.STALL, 0, "some ", "full ");
    }

    static KernelFigures column(KernelFile file, int column) {
        return new KernelFigures(file, Form.COLUMN, column);
    }

    /// Reads the file again.
    ///
    /// @param calls those that the file was made with
    /// @return how many reads left a number that is older than now: 0 or 1
    int refresh(FileCalls calls) {
        int length = file.read();
        boolean isStale = false;
        isReadable = false;
        for (int index = 0; index < values.length; index++) {
            long value = length <= 0 ? KernelText.ABSENT : parse(calls.text(), length, index);
            if (value >= 0) {
                values[index] = value;
                isReadable = true;
            } else {
                isStale |= values[index] >= 0;
            }
        }
        return isStale ? 1 : 0;
    }

    private long parse(byte[] text, int length, int index) {
        return switch (form) {
            case SOLE -> KernelText.soleNumber(text, length);
            case KEYED -> KernelText.keyed(text, length, keys[index]);
            case STALL -> KernelText.stallMicros(text, length, keys[index]);
            case COLUMN -> KernelText.column(text, length, column);
        };
    }

    /// The number at a place in the order of the keys, or what stands for one never seen.
    long valueOr(int index, long unknown) {
        return values[index] >= 0 ? values[index] : unknown;
    }

    boolean isKnown(int index) {
        return values[index] >= 0;
    }

    /// Whether the last read brought a number.
    boolean isReadable() {
        return isReadable;
    }

    void close() {
        file.close();
    }
}
