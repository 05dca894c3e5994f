package dev.zspool.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A compressed block device of the kernel, made for us and removed by [#close] or, at the latest,
/// when the process ends. Never one that was there before.
@SuppressWarnings("restricted")
final class ZramDevice implements AutoCloseable {
    private static final Path CONTROL = Path.of("/sys/class/zram-control");
    private static final int OPEN_READ_WRITE = 2;
    private static final long BLOCK_DISCARD = 0x1277;
    private static final int REMOVAL_TRIES = 50;
    private static final long REMOVAL_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final MethodHandle OPEN =
            variadic("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), 2);
    private static final MethodHandle IOCTL =
            variadic("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
    private static final MethodHandle CLOSE =
            variadic("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), 1);

    private final int number;
    private final Path attributes;
    private final Path node;
    private final Thread hook = new Thread(this::closeQuietly, "zram-removal");
    // Shared, since the hook's thread may be the one that closes it.
    private final Arena arena = Arena.ofShared();
    private final MemorySegment range = arena.allocate(JAVA_LONG, 2);
    private boolean madeNode;
    private boolean removed;
    private @Nullable FileChannel channel;
    private int descriptor = -1;

    private ZramDevice(int number) {
        this.number = number;
        this.attributes = Path.of("/sys/block/zram" + number);
        this.node = Path.of("/dev/zram" + number);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Makes a new device.
    ///
    /// @throws IOException with a message that says what is missing or refused
    static ZramDevice add() throws IOException {
        Path add = CONTROL.resolve("hot_add");
        if (!Files.exists(add)) {
            throw new IOException("no " + add + ": the kernel has no zram, or a sandbox hides it");
        }
        ZramDevice device = new ZramDevice(Integer.parseInt(readAttribute(add)));
        try {
            device.ensureNode();
        } catch (IOException | RuntimeException e) {
            device.closeQuietly();
            throw e;
        }
        return device;
    }

    private synchronized void ensureNode() throws IOException {
        if (Files.exists(node)) {
            return;
        }
        List<String> numbers =
                List.of(readAttribute(attributes.resolve("dev")).split(":", /* limit= */ 2));
        Process process =
                new ProcessBuilder("mknod", node.toString(), "b", numbers.get(0), numbers.get(1))
                        .redirectErrorStream(true)
                        .start();
        process.onExit().join();
        if (process.exitValue() != 0) {
            throw new IOException("mknod " + node + " was refused");
        }
        madeNode = true;
    }

    /// Makes the device anew, empty.
    ///
    /// @return the algorithm that compresses: LZ4 where the kernel has it
    synchronized String format(long bytes) throws IOException {
        checkOpen();
        closeFiles();
        write("reset", "1");
        String offered = readAttribute(attributes.resolve("comp_algorithm"));
        if (offered.contains("lz4")) {
            write("comp_algorithm", "lz4");
        }
        write("disksize", Long.toString(bytes));
        channel = FileChannel.open(node, StandardOpenOption.WRITE);
        try (Arena call = Arena.ofConfined()) {
            descriptor =
                    (int) OPEN.invokeExact(call.allocateFrom(node.toString()), OPEN_READ_WRITE);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        if (descriptor < 0) {
            throw new IOException(node + " cannot be opened");
        }
        String chosen = readAttribute(attributes.resolve("comp_algorithm"));
        return chosen.replaceAll(".*\\[|].*", "");
    }

    /// Writes into the page cache; [#flush] has it compressed and stored.
    synchronized void write(ByteBuffer chunk, long offset) throws IOException {
        FileChannel open = openChannel();
        long at = offset;
        while (chunk.hasRemaining()) {
            at += open.write(chunk, at);
        }
    }

    synchronized void flush() throws IOException {
        openChannel().force(/* metaData= */ true);
    }

    private FileChannel openChannel() throws IOException {
        checkOpen();
        FileChannel open = channel;
        if (open == null) {
            throw new IllegalStateException("not formatted");
        }
        return open;
    }

    /// Frees the objects of these whole pages.
    synchronized void discard(long offset, long bytes) throws IOException {
        checkOpen();
        range.setAtIndex(JAVA_LONG, 0, offset);
        range.setAtIndex(JAVA_LONG, 1, bytes);
        int result;
        try {
            result = (int) IOCTL.invokeExact(descriptor, BLOCK_DISCARD, range);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        if (result != 0) {
            throw new IOException("BLKDISCARD on " + node + " was refused");
        }
    }

    /// Compacts the device's pool.
    ///
    /// @return how long that took, in nanoseconds
    synchronized long compact() throws IOException {
        checkOpen();
        ByteBuffer one = ByteBuffer.wrap(new byte[] {'1'});
        try (FileChannel compact =
                FileChannel.open(attributes.resolve("compact"), StandardOpenOption.WRITE)) {
            long begin = System.nanoTime();
            compact.write(one);
            return System.nanoTime() - begin;
        }
    }

    synchronized Usage usage() throws IOException {
        checkOpen();
        String[] columns = readAttribute(attributes.resolve("mm_stat")).split(" +", /* limit= */ 0);
        return new Usage(
                Long.parseLong(columns[0]),
                Long.parseLong(columns[1]),
                Long.parseLong(columns[2]),
                Long.parseLong(columns[6]));
    }

    /// What `mm_stat` says.
    ///
    /// @param originalBytes of the pages that are stored
    /// @param compressedBytes of their objects
    /// @param poolBytes of the pool's pages
    /// @param compactedPages that compaction freed since the device was formatted
    record Usage(long originalBytes, long compressedBytes, long poolBytes, long compactedPages) {}

    private void checkOpen() throws IOException {
        if (removed) {
            throw new IOException(node + " is removed");
        }
    }

    private void closeFiles() throws IOException {
        FileChannel open = channel;
        if (open != null) {
            channel = null;
            open.close();
        }
        if (descriptor >= 0) {
            int closing = descriptor;
            descriptor = -1;
            try {
                int _ = (int) CLOSE.invokeExact(closing);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static String readAttribute(Path attribute) throws IOException {
        try {
            return Files.readString(attribute).strip();
        } catch (IOException e) {
            throw new IOException("cannot read " + attribute + " (" + e + ")", e);
        }
    }

    private void write(String attribute, String value) throws IOException {
        write(attributes.resolve(attribute), value);
    }

    private static void write(Path attribute, String value) throws IOException {
        try {
            Files.writeString(attribute, value, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("cannot write " + value + " to " + attribute + " (" + e + ")", e);
        }
    }

    private void closeQuietly() {
        try {
            remove();
        } catch (IOException | RuntimeException e) {
            System.err.println("zram" + number + " is still there: " + e);
        }
    }

    private synchronized void remove() throws IOException {
        if (removed) {
            return;
        }
        removed = true;
        closeFiles();
        arena.close();
        // Something that looks at every new device may have it open for a moment.
        for (int tries = 1; ; tries++) {
            try {
                write("reset", "1");
                write(CONTROL.resolve("hot_remove"), Integer.toString(number));
                break;
            } catch (IOException e) {
                if (tries == REMOVAL_TRIES) {
                    throw e;
                }
                LockSupport.parkNanos(REMOVAL_PAUSE_NANOS);
            }
        }
        if (madeNode) {
            Files.deleteIfExists(node);
        }
    }

    @Override
    public void close() {
        try {
            remove();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private static MethodHandle variadic(
            String name, FunctionDescriptor descriptor, int fixedArguments) {
        Linker linker = Linker.nativeLinker();
        MemorySegment function = linker.defaultLookup().findOrThrow(name);
        return fixedArguments < descriptor.argumentLayouts().size()
                ? linker.downcallHandle(
                        function, descriptor, Linker.Option.firstVariadicArg(fixedArguments))
                : linker.downcallHandle(function, descriptor);
    }
}
