package dev.zspool.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Shows a {@link VolatileDisk} as a file, `disk`, of a file system that this process serves
/// (FUSE), so that a loop device over it is a disk whose every write and flush passes here. Needs
/// root.
///
/// One thread answers the kernel. If this process ends, whoever uses the disk gets I/O errors.
final class FuseDisk implements AutoCloseable {
    private static final int MAX_WRITE_BYTES = 1 << 20;
    private static final int IN_HEADER_BYTES = 40;
    private static final int OUT_HEADER_BYTES = 16;
    private static final int DATA_OFFSET = IN_HEADER_BYTES + 40;
    private static final long ROOT = 1;
    private static final long FILE = 2;
    private static final int DIRECTORY_MODE = 0040755;
    private static final int FILE_MODE = 0100600;

    private static final int LOOKUP = 1;
    private static final int FORGET = 2;
    private static final int GETATTR = 3;
    private static final int SETATTR = 4;
    private static final int OPEN = 14;
    private static final int READ = 15;
    private static final int WRITE = 16;
    private static final int STATFS = 17;
    private static final int RELEASE = 18;
    private static final int FSYNC = 20;
    private static final int FLUSH = 25;
    private static final int INIT = 26;
    private static final int INTERRUPT = 36;
    private static final int DESTROY = 38;
    private static final int BATCH_FORGET = 42;

    private static final int NO_ENTRY = -2;
    private static final int IO_ERROR = -5;
    private static final int NOT_IMPLEMENTED = -38;

    /// Of `fuse_init_out`: large writes, as many pages a request as is said.
    private static final int BIG_WRITES = 1 << 5;

    private static final int MAX_PAGES = 1 << 22;
    private static final int PROTOCOL_MAJOR = 7;
    private static final int PROTOCOL_MINOR = 31;

    /// Of `fuse_open_out`: no page cache between the loop device and us.
    private static final int DIRECT_IO = 1;

    private static final long VALID_SECONDS = 3600;

    private final VolatileDisk disk;
    private final Path directory;
    private final int device;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment in = arena.allocate(MAX_WRITE_BYTES + (1 << 16), 8);
    private final MemorySegment out = arena.allocate(MAX_WRITE_BYTES + (1 << 16), 8);
    private final ByteBuffer request = in.asByteBuffer().order(ByteOrder.nativeOrder());
    private final ByteBuffer answer = out.asByteBuffer().order(ByteOrder.nativeOrder());
    private final Thread server;

    /// Mounts it.
    ///
    /// @param directory where, empty
    FuseDisk(VolatileDisk disk, Path directory) throws IOException {
        this.disk = disk;
        this.directory = directory;
        this.device = LinuxCalls.open("/dev/fuse");
        LinuxCalls.mount(
                "fuse",
                directory.toString(),
                "fd=" + device + ",rootmode=40000,user_id=0,group_id=0");
        this.server = Thread.ofPlatform().name("fuse-disk").daemon().start(this::serve);
    }

    Path file() {
        return directory.resolve("disk");
    }

    private void serve() {
        try {
            while (true) {
                int length = LinuxCalls.read(device, in);
                request.clear().limit(length);
                answer.clear().position(OUT_HEADER_BYTES);
                int opcode = request.getInt(4);
                int error = answer(opcode);
                if (opcode != FORGET && opcode != BATCH_FORGET && opcode != INTERRUPT) {
                    send(error);
                }
            }
        } catch (IOException unmounted) {
            // The end: ENODEV.
        }
    }

    private void send(int error) throws IOException {
        int length = error == 0 ? answer.position() : OUT_HEADER_BYTES;
        answer.putInt(0, length);
        answer.putInt(4, error);
        answer.putLong(8, request.getLong(8));
        LinuxCalls.write(device, out.asSlice(0, length));
    }

    /// Writes the answer behind its header.
    ///
    /// @return 0, or the error's number, negative
    private int answer(int opcode) {
        try {
            switch (opcode) {
                case INIT -> initialize();
                case LOOKUP -> {
                    if (!name().equals("disk")) {
                        return NO_ENTRY;
                    }
                    answer.putLong(FILE).putLong(0).putLong(VALID_SECONDS).putLong(VALID_SECONDS);
                    answer.putInt(0).putInt(0);
                    attributes(FILE);
                }
                case GETATTR, SETATTR -> {
                    answer.putLong(VALID_SECONDS).putInt(0).putInt(0);
                    attributes(request.getLong(16));
                }
                case OPEN -> answer.putLong(0).putInt(DIRECT_IO).putInt(0);
                case READ -> {
                    int size = request.getInt(IN_HEADER_BYTES + 16);
                    int from = answer.position();
                    disk.read(request.getLong(IN_HEADER_BYTES + 8), answer.slice(from, size));
                    answer.position(from + size);
                }
                case WRITE -> {
                    int size = request.getInt(IN_HEADER_BYTES + 16);
                    if (!disk.write(
                            request.getLong(IN_HEADER_BYTES + 8),
                            request.slice(DATA_OFFSET, size))) {
                        return IO_ERROR;
                    }
                    answer.putInt(size).putInt(0);
                }
                case FSYNC -> disk.flush();
                case STATFS -> answer.put(new byte[80]);
                case FLUSH, RELEASE, FORGET, BATCH_FORGET, INTERRUPT, DESTROY -> {}
                default -> {
                    return NOT_IMPLEMENTED;
                }
            }
            return 0;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void initialize() {
        answer.putInt(PROTOCOL_MAJOR).putInt(PROTOCOL_MINOR).putInt(0);
        answer.putInt(BIG_WRITES | MAX_PAGES).putShort((short) 16).putShort((short) 12);
        answer.putInt(MAX_WRITE_BYTES).putInt(1).putShort((short) (MAX_WRITE_BYTES >> 12));
        answer.putShort((short) 0).put(new byte[32]);
    }

    private String name() {
        int length = 0;
        while (request.get(IN_HEADER_BYTES + length) != 0) {
            length++;
        }
        byte[] name = new byte[length];
        request.get(IN_HEADER_BYTES, name);
        return new String(name, StandardCharsets.US_ASCII);
    }

    private void attributes(long node) {
        boolean isRoot = node == ROOT;
        long size = isRoot ? 0 : disk.sizeBytes();
        answer.putLong(node).putLong(size).putLong(size >> 9);
        answer.putLong(0).putLong(0).putLong(0).putInt(0).putInt(0).putInt(0);
        answer.putInt(isRoot ? DIRECTORY_MODE : FILE_MODE).putInt(1).putInt(0).putInt(0).putInt(0);
        answer.putInt(4096).putInt(0);
    }

    @Override
    public void close() throws IOException {
        LinuxCalls.unmount(directory.toString());
        try {
            server.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return;
        }
        LinuxCalls.close(device);
        arena.close();
    }
}
