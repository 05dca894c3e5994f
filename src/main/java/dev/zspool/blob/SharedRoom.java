package dev.zspool.blob;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/// The room that all pools of a service share, what the arena's budget leaves, and how one pool
/// gets it from another.
///
/// **Rule.** A pool that reaches its own limit makes room by itself, or refuses. One that the
/// arena's budget refuses first takes from itself what may leave, and then from others: from
/// durable pools before caches, since those lose nothing, and in either kind from the one that
/// could give most. A pool that is neither, with `full=reject` and in memory only, is never
/// touched, whoever asks.
///
/// **Concurrency.** Whoever takes from another pool is a visitor of that pool's gate for as long as
/// one step takes, and only tries write slots there; nobody waits, so writers may take from each
/// other crosswise. Tasks of the giving pool that this lets go on run behind the taker's write
/// ({@link TaskChain}). Thread-safe.
final class SharedRoom {
    private static final Comparator<Offer> ORDER =
            Comparator.comparing(Offer::isDurable)
                    .thenComparingLong(Offer::evictablePages)
                    .reversed();

    /// One blob may take this part of what caches have.
    private static final int CACHE_SHARE = 4;

    private final LongSupplier freePages;
    private final List<Evictor> members = new CopyOnWriteArrayList<>();

    /// What a pool could give at one moment.
    private record Offer(Evictor evictor, boolean isDurable, long evictablePages) {}

    /// @param freePages what the budget leaves
    SharedRoom(LongSupplier freePages) {
        this.freePages = freePages;
    }

    /// What the budget leaves; below 0 when it was cut below what is in use.
    long freePages() {
        return freePages.getAsLong();
    }

    /// A pool was made.
    void add(Evictor evictor) {
        members.add(evictor);
    }

    /// A pool is about to be taken apart.
    void remove(Evictor evictor) {
        members.remove(evictor);
    }

    /// Pages that all pools but one could give at most.
    long evictablePages(RoomMaker taking) {
        long pages = 0;
        for (Evictor member : members) {
            pages += member == taking ? 0 : member.evictablePages();
        }
        return pages;
    }

    /// What one blob may take: what is free and what can leave without loss, and of caches a part
    /// only. What does not fit in the end must not have cost them everything.
    long pagesForOne() {
        long pages = Math.max(0, freePages());
        for (Evictor member : members) {
            long evictable = member.evictablePages();
            pages += member.isDurable() ? evictable : evictable / CACHE_SHARE;
        }
        return pages;
    }

    /// Whether nobody else would give before this one, as it looks now.
    boolean isFirst(Evictor evictor) {
        Offer own = new Offer(evictor, evictor.isDurable(), evictor.evictablePages());
        for (Evictor member : members) {
            Offer other = new Offer(member, member.isDurable(), member.evictablePages());
            if (member != evictor && other.evictablePages() > 0 && ORDER.compare(other, own) < 0) {
                return false;
            }
        }
        return own.evictablePages() > 0;
    }

    /// Makes some room in other pools.
    ///
    /// @param taking whom it is for: that one gives nothing
    /// @param byAllMeans see {@link RoomMaker#makeRoomByAllMeans}
    /// @return whether anything was gained
    boolean makeRoom(RoomMaker taking, boolean byAllMeans) {
        List<Offer> offers = new ArrayList<>();
        for (Evictor member : members) {
            long pages = member == taking ? 0 : member.evictablePages();
            if (pages > 0) {
                offers.add(new Offer(member, member.isDurable(), pages));
            }
        }
        offers.sort(ORDER);
        for (Offer offer : offers) {
            if (offer.evictor().givesRoom(byAllMeans)) {
                return true;
            }
        }
        return false;
    }
}
