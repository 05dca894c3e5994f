package dev.zspool.blob;

import java.util.function.LongSupplier;

/// The room that all pools of a service share: what the arena's budget leaves. Thread-safe.
final class SharedRoom {
    private final LongSupplier freePages;

    /// @param freePages what the budget leaves
    SharedRoom(LongSupplier freePages) {
        this.freePages = freePages;
    }

    /// What the budget leaves; below 0 when it was cut below what is in use.
    long freePages() {
        return freePages.getAsLong();
    }
}
