package dev.zspool.page;

import java.util.concurrent.atomic.AtomicLong;

/// The hard bound of what an arena uses: owned frames and pages of tables together.
///
/// Thread-safe, without a lock.
final class FrameBudget {
    /// Owned frames and table pages; frames in transit and targets of moves excluded.
    private final AtomicLong usedPages = new AtomicLong();

    private final AtomicLong tablePages = new AtomicLong();
    private final AtomicLong refusedPages = new AtomicLong();
    private final long limitPages;

    FrameBudget(long limitPages) {
        this.limitPages = limitPages;
    }

    /// Charges pages.
    ///
    /// @return false when the limit does not allow it; then nothing is charged
    boolean charge(long pages) {
        long used = usedPages.get();
        while (used + pages <= limitPages) {
            if (usedPages.compareAndSet(used, used + pages)) {
                return true;
            }
            used = usedPages.get();
        }
        refusedPages.addAndGet(pages);
        return false;
    }

    void discharge(long pages) {
        usedPages.addAndGet(-pages);
    }

    /// Takes back a charge for frames that were not to be had.
    void refuse(long pages) {
        usedPages.addAndGet(-pages);
        refusedPages.addAndGet(pages);
    }

    boolean chargeTable(long pages) {
        boolean charged = charge(pages);
        if (charged) {
            tablePages.addAndGet(pages);
        }
        return charged;
    }

    void dischargeTable(long pages) {
        tablePages.addAndGet(-pages);
        usedPages.addAndGet(-pages);
    }

    long limitPages() {
        return limitPages;
    }

    long tablePages() {
        return tablePages.get();
    }

    long refusedPages() {
        return refusedPages.get();
    }
}
