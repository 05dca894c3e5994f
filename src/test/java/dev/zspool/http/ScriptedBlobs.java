package dev.zspool.http;

import dev.zspool.blob.AppendOutcome;
import dev.zspool.blob.BlobAttributes;
import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.BlobWrite;
import dev.zspool.blob.PutResult;
import dev.zspool.blob.ReadOutcome;
import io.vertx.core.Context;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Blobs on the heap that do what a test tells them to do at a chosen moment, which real ones only
/// do by chance. Behind the routes of [ScriptedResource].
@Singleton
final class ScriptedBlobs {

    private static final int BLOCK_BYTES = 64 * 1024;

    private final Map<String, Version> blobs = new ConcurrentHashMap<>();
    private final AtomicLong sequence = new AtomicLong();
    private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();

    /// Writes that were begun and have neither been committed nor aborted.
    final AtomicInteger openWrites = new AtomicInteger();

    final AtomicInteger aborts = new AtomicInteger();

    /// What a write answers to its beginning.
    volatile AppendOutcome beginning = AppendOutcome.READY;

    /// Pieces after which a write pauses its source; 0: never.
    volatile int pauseEvery;

    /// Whether paused sources wait for the test to resume them.
    volatile boolean holdPaused;

    /// Bytes of a write after which it refuses more, with that result.
    volatile long refuseAfter = Long.MAX_VALUE;

    volatile PutResult refusal = new PutResult.PoolFull(1 << 30);

    /// Whether a write fails with an exception.
    volatile boolean failing;

    /// Runs before each block is read.
    volatile BlockHook beforeBlock = (handle, block) -> {};

    /// Runs before a blob is looked for on the disk.
    volatile Consumer<String> beforeFetch = handle -> {};

    /// What a test does before a block is read.
    @FunctionalInterface
    interface BlockHook {
        void run(String handle, int block);
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Version(BlobInfo info, byte[] content, boolean isDamaged, Place place) {}

    /// Where a blob is.
    enum Place {
        MEMORY,
        /// On the disk only, which can be read.
        DISK,
        /// On the disk only, which fails.
        FAILED_DISK
    }

    void reset() {
        blobs.clear();
        held.clear();
        aborts.set(0);
        beginning = AppendOutcome.READY;
        pauseEvery = 0;
        holdPaused = false;
        refuseAfter = Long.MAX_VALUE;
        refusal = new PutResult.PoolFull(1 << 30);
        failing = false;
        beforeBlock = (handle, block) -> {};
        beforeFetch = handle -> {};
    }

    /// Publishes at once, as another client would.
    PutResult.Stored store(String handle, byte[] content) {
        BlobInfo info =
                new BlobInfo(
                        handle,
                        content.length,
                        content.length,
                        sequence.incrementAndGet(),
                        content.length,
                        BlobAttributes.NONE,
                        0,
                        BlobInfo.NEVER_EXPIRES);
        boolean isNew = blobs.put(handle, new Version(info, content, false, Place.MEMORY)) == null;
        return new PutResult.Stored(info, isNew);
    }

    void delete(String handle) {
        blobs.remove(handle);
    }

    void damage(String handle) {
        blobs.computeIfPresent(
                handle,
                (same, version) ->
                        new Version(version.info(), version.content(), true, version.place()));
    }

    /// The same version is somewhere else from now on.
    void move(String handle, Place place) {
        blobs.computeIfPresent(
                handle,
                (same, version) ->
                        new Version(version.info(), version.content(), version.isDamaged(), place));
    }

    boolean has(String handle) {
        return blobs.containsKey(handle);
    }

    byte[] content(String handle) {
        return Objects.requireNonNull(blobs.get(handle)).content();
    }

    /// Lets the paused sources go on.
    void resumePaused() {
        holdPaused = false;
        held.forEach(Runnable::run);
    }

    BlobWrite beginWrite(String handle) {
        openWrites.incrementAndGet();
        return new ScriptedWrite(handle);
    }

    /// As those of real blobs. What waits for the disk must not do so on an event loop.
    BlobOpener opener(String handle) {
        return new BlobOpener() {
            @Override
            public @Nullable BlockSource open() {
                Version version = blobs.get(handle);
                if (version == null) {
                    throw BlobProblems.missing();
                }
                return version.place() == Place.MEMORY ? new ScriptedSource(version) : null;
            }

            @Override
            public BlockSource fetch() {
                assertMayWait();
                beforeFetch.accept(handle);
                Version version = blobs.get(handle);
                if (version == null) {
                    throw BlobProblems.missing();
                }
                if (version.place() == Place.FAILED_DISK) {
                    throw BlobProblems.unreadable();
                }
                return new ScriptedSource(version);
            }
        };
    }

    private static void assertMayWait() {
        if (Context.isOnEventLoopThread()) {
            throw new IllegalStateException("an event loop waits for the disk");
        }
    }

    private static void elsewhere(Runnable work) {
        Thread.ofPlatform().name("pool").start(work);
    }

    private final class ScriptedWrite implements BlobWrite {

        private final String handle;
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private Runnable resume = () -> {};
        private boolean ended;
        private int pieces;

        private ScriptedWrite(String handle) {
            this.handle = handle;
        }

        @Override
        public AppendOutcome begin(Runnable whenReady) {
            this.resume = whenReady;
            if (beginning == AppendOutcome.PAUSE) {
                resumeLater();
            }
            return beginning;
        }

        @Override
        public AppendOutcome append(byte[] source, int offset, int length) {
            if (ended) {
                throw new IllegalStateException("append after the end");
            }
            if (failing) {
                throw new IllegalStateException("secret internals");
            }
            content.write(source, offset, length);
            if (content.size() > refuseAfter) {
                return AppendOutcome.REFUSED;
            }
            pieces++;
            if (pauseEvery == 0 || pieces % pauseEvery != 0) {
                return AppendOutcome.READY;
            }
            resumeLater();
            return AppendOutcome.PAUSE;
        }

        private void resumeLater() {
            if (holdPaused) {
                held.add(resume);
            } else {
                elsewhere(resume);
            }
        }

        @Override
        public void commit(Consumer<PutResult> answer) {
            end();
            boolean isRefused = content.size() > refuseAfter || beginning == AppendOutcome.REFUSED;
            elsewhere(() ->
                    answer.accept(isRefused ? refusal : store(handle, content.toByteArray())));
        }

        @Override
        public void abort() {
            if (!ended) {
                aborts.incrementAndGet();
                end();
            }
        }

        private void end() {
            ended = true;
            openWrites.decrementAndGet();
        }
    }

    private final class ScriptedSource implements BlockSource {

        private final Version version;
        private boolean isFromDisk;

        private ScriptedSource(Version version) {
            this.version = version;
            this.isFromDisk = version.place() != Place.MEMORY;
        }

        @Override
        public boolean mayBlock() {
            return isFromDisk;
        }

        @Override
        public BlobInfo info() {
            return version.info();
        }

        private int blockBytes(int block) {
            return Math.min(BLOCK_BYTES, version.content().length - block * BLOCK_BYTES);
        }

        @Override
        public ReadOutcome read(int block, byte[] destination) {
            if (isFromDisk) {
                assertMayWait();
            }
            beforeBlock.run(info().handle(), block);
            Version now = blobs.get(info().handle());
            if (now == null || now.info().sequence() != info().sequence()) {
                return ReadOutcome.REPLACED;
            }
            if (now.place() == Place.FAILED_DISK && isFromDisk) {
                return ReadOutcome.UNREADABLE;
            }
            if (now.place() != Place.MEMORY && !isFromDisk) {
                isFromDisk = true;
                return ReadOutcome.EVICTED;
            }
            if (now.isDamaged()) {
                return ReadOutcome.CORRUPTED;
            }
            System.arraycopy(
                    version.content(), block * BLOCK_BYTES, destination, 0, blockBytes(block));
            return ReadOutcome.OK;
        }
    }
}
