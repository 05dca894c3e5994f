package dev.zspool.blob;

import dev.zspool.zsmalloc.ZsPool;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;

/// Looks at roots, and frees blobs by what their roots say. Thread-safe, without a lock.
final class StoredRoots {
    private final BlobParts parts;
    private final BlobCounters counters;
    private final InstantSource clock;

    StoredRoots(BlobParts parts, BlobCounters counters, InstantSource clock) {
        this.parts = parts;
        this.counters = counters;
        this.clock = clock;
    }

    /// Whether the life of a sound root's blob is over. Most have no end, and ask for no time.
    boolean isOver(byte[] root) {
        return RootView.hasEnd(root) && isOver(viewOf(root).expiresEpochMillis());
    }

    private boolean isOver(long expiresEpochMillis) {
        return expiresEpochMillis != BlobInfo.NEVER_EXPIRES && expiresEpochMillis <= clock.millis();
    }

    /// Frees a blob that can be found no more.
    ///
    /// @return whether it could still be read, as far as anybody can tell
    boolean freePublished(long root) {
        Optional<RootView> view = load(root);
        boolean wasAlive = view.isEmpty() || !isOver(view.get().expiresEpochMillis());
        view.ifPresent(counters::removed);
        view.ifPresent(parts.objects()::freeContent);
        parts.pool().free(root);
        return wasAlive;
    }

    /// Frees a blob that was never published.
    void freeUnpublished(long root) {
        load(root).ifPresent(parts.objects()::freeContent);
        parts.pool().free(root);
    }

    private Optional<RootView> load(long root) {
        byte[] bytes = Scratch.get().root;
        int length = parts.pool().read(root, bytes, 0);
        if (length == ZsPool.NOT_LIVE || !RootView.isSound(bytes, length)) {
            // What a damaged root leads to cannot be known; it stays until the pool is closed.
            counters.corruptedReads.increment();
            return Optional.empty();
        }
        return Optional.of(copyOf(bytes));
    }

    /// A view of a sound root's bytes, which must not change meanwhile.
    RootView viewOf(byte[] root) {
        RootView view = new RootView(parts.attributes());
        view.parse(root);
        return view;
    }

    /// A view of a copy of a sound root.
    RootView copyOf(byte[] root) {
        RootView view = viewOf(root);
        long inline = view.kind() == RootKind.INLINE ? view.storedBytes() : 0L;
        long length = Math.min(root.length, view.headerEnd() + inline);
        view.parse(Arrays.copyOf(root, Math.toIntExact(length)));
        return view;
    }
}
