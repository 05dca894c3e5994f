package dev.zspool.page;

import java.util.concurrent.atomic.AtomicLong;

/// The hard bound of what an arena uses: owned frames and pages of tables together.
///
/// The limit may be changed at any time, also to below what is in use: then nothing is taken before
/// enough was released. Thread-safe, without a lock and without allocation.
public final class FrameBudget {
    /// Owned frames and table pages; frames in transit and targets of moves excluded.
    private final AtomicLong usedPages = new AtomicLong();

    private final AtomicLong tablePages = new AtomicLong();
    private final AtomicLong refusedPages = new AtomicLong();
    private volatile long limitPages;

    /// What the limit is when nobody cuts it.
    private volatile long uncutPages;

    FrameBudget(long limitPages) {
        this.uncutPages = limitPages;
        this.limitPages = limitPages;
    }

    /// Sets another limit.
    ///
    /// @param pages the most owned frames and pages of tables together, 0 or more
    /// @throws IllegalArgumentException for less than 0
    public void setLimitPages(long pages) {
        if (pages < 0) {
            throw new IllegalArgumentException("pages=" + pages + " must not be negative");
        }
        limitPages = pages;
    }

    /// Owned frames and pages of tables now; may be above the limit after that was lowered.
    public long usedPages() {
        return usedPages.get();
    }

    /// What may still be taken; below 0 after the limit was lowered below what is in use.
    public long freePages() {
        return limitPages - usedPages.get();
    }

    /// Says what the limit is to be when nothing is short; at first it is what it was made with.
    public void setUncutPages(long pages) {
        uncutPages = pages;
    }

    /// Whether the limit is lower than that.
    public boolean isCut() {
        return limitPages < uncutPages;
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

    /// Counts pages of a table before they are touched.
    ///
    /// @return false when the limit does not allow it
    public boolean chargeTablePages(long pages) {
        boolean charged = charge(pages);
        if (charged) {
            tablePages.addAndGet(pages);
        }
        return charged;
    }

    /// Ends what {@link #chargeTablePages} began, after the pages were given back.
    public void dischargeTablePages(long pages) {
        tablePages.addAndGet(-pages);
        usedPages.addAndGet(-pages);
    }

    /// The most owned frames and pages of tables together.
    public long limitPages() {
        return limitPages;
    }

    /// Pages of tables (handles, descriptors) among those in use.
    public long tablePages() {
        return tablePages.get();
    }

    /// Pages that were asked for beyond the limit, since the start.
    public long refusedPages() {
        return refusedPages.get();
    }
}
