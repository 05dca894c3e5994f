package dev.zspool.blob;

import dev.zspool.page.Pace;
import dev.zspool.persist.BlobMeta;
import dev.zspool.persist.JournalException;
import dev.zspool.persist.MetaPage;
import dev.zspool.persist.PoolTotals;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// What a durable pool does with its journal beside writing: removing what is over, saving the list
/// of residents, warming up. Thread-safe except where it says so; waits for the disk.
final class DurableBlobs {
    private static final int LOOK_BLOBS = 256;

    final JournalBacking backing;
    final JournalReads reads;
    final WarmUp warmUp;
    private final Supplier<int[]> residents;
    private final BlobNames names;
    private final WriteOrder order;
    private final InstantSource clock;

    /// Removals of blobs whose life is over that are under way: a disk that is slow must not pile
    /// them up.
    private final AtomicInteger removing = new AtomicInteger();

    /// @param residents makes the list of residents
    DurableBlobs(
            JournalReads reads,
            WarmUp warmUp,
            Supplier<int[]> residents,
            BlobNames names,
            WriteOrder order,
            InstantSource clock) {
        this.backing = reads.backing();
        this.reads = reads;
        this.warmUp = warmUp;
        this.residents = residents;
        this.names = names;
        this.order = order;
        this.clock = clock;
    }

    /// Removes blobs from the journal whose life is over.
    ///
    /// @return how many it asked for; fewer than `mostBlobs` when no more are due, none while those
    ///   of the last call are under way
    int removeExpired(int mostBlobs) {
        boolean isBusy = removing.get() > 0;
        if (isBusy || backing.journal().totals(backing.poolId()).expiringBlobs() == 0) {
            return 0;
        }
        try {
            int count = 0;
            for (BlobMeta blob :
                    backing.journal().expired(backing.poolId(), clock.millis(), mostBlobs)) {
                removing.incrementAndGet();
                order.removeExpired(names.of(blob.handle()), blob, removing::decrementAndGet);
                count++;
            }
            return count;
        } catch (JournalException unreadable) {
            // They are not found in the meantime either.
            return 0;
        }
    }

    /// Verifies what the journal has.
    ScrubResult scrub(Pace pace) {
        return new Scrub(reads, order, names).run(pace);
    }

    /// What the journal has.
    PoolTotals totals() {
        return backing.journal().totals(backing.poolId());
    }

    /// How many blobs the journal has.
    long totalBlobs() {
        return totals().blobs();
    }

    /// How many blobs the journal has if the life of all is over; -1 when there is another one.
    ///
    /// @throws JournalException when that cannot be read
    long countIfAllDead() {
        long dead = 0;
        long fromHash = 0;
        String afterHandle = "";
        MetaPage page;
        do {
            page = backing.journal().list(backing.poolId(), fromHash, afterHandle, LOOK_BLOBS);
            for (BlobMeta blob : page.blobs()) {
                if (!JournalFormat.info(blob).isExpiredAt(clock.millis())) {
                    return -1;
                }
                dead++;
                fromHash = blob.hash();
                afterHandle = blob.handle();
            }
            if (page.damaged() > 0) {
                return -1;
            }
        } while (!page.isAtEnd());
        return dead;
    }

    /// Saves which blobs are in memory, if not all are.
    ///
    /// @return false when that could not be written
    boolean saveResidents() {
        if (!warmUp.progress().isDone() || !backing.mayHaveMore()) {
            return true;
        }
        try {
            // A pool that is destroyed meanwhile is not taken apart under the walk.
            Optional<int[]> tags =
                    order.gate().inside(() -> Optional.of(residents.get()), Optional.empty());
            if (tags.isPresent()) {
                backing.journal().saveResidents(backing.poolId(), tags.get());
            }
            return true;
        } catch (JournalException unwritable) {
            return false;
        }
    }
}
