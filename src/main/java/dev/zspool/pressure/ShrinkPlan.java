package dev.zspool.pressure;

/// How much each step gives of what is wished. Filled anew; a plan allocates nothing.
final class ShrinkPlan {
    long warmFrameBytes;
    long compactionBytes;
    long defragmentationBytes;

    /// From durable pools.
    long evictionBytes;

    /// From caches, whose blobs are lost: only when durable pools have nothing left.
    long cacheEvictionBytes;

    /// From the kernel's page cache.
    long filePageBytes;

    /// Whether there is more of that, for when nothing comes of eviction.
    boolean hasFilePages;

    void clear() {
        warmFrameBytes = 0;
        compactionBytes = 0;
        defragmentationBytes = 0;
        evictionBytes = 0;
        cacheEvictionBytes = 0;
        filePageBytes = 0;
        hasFilePages = false;
    }

    /// Plans what can be had of a wish, in the order of the steps, besides what is planned already.
    ///
    /// @param in only its amounts count
    /// @param first the first step that may be used
    /// @param deepest the last one
    /// @return what was planned of it
    long add(long wishedBytes, PressureInputs in, ShrinkStep first, ShrinkStep deepest) {
        long left = PressureInputs.atLeastZero(wishedBytes);
        long taken = 0;
        if (isBetween(ShrinkStep.WARM_FRAMES, first, deepest)) {
            long stuck = PressureInputs.atLeastZero(in.stuckWarmBytes);
            taken = share(left, Saturated.minus(in.warmFrameBytes, stuck), warmFrameBytes);
            warmFrameBytes += taken;
            left -= taken;
        }
        if (isBetween(ShrinkStep.COMPACTION, first, deepest)) {
            taken = share(left, in.compactableBytes, compactionBytes);
            compactionBytes += taken;
            left -= taken;
        }
        if (isBetween(ShrinkStep.DEFRAGMENTATION, first, deepest)) {
            taken = share(left, in.defragmentableBytes, defragmentationBytes);
            defragmentationBytes += taken;
            left -= taken;
        }
        if (isBetween(ShrinkStep.EVICTION, first, deepest)) {
            taken = share(left, in.evictableBytes, evictionBytes);
            evictionBytes += taken;
            left -= taken;
            taken = share(left, in.evictPolicyBytes, cacheEvictionBytes);
            cacheEvictionBytes += taken;
            left -= taken;
        }
        if (isBetween(ShrinkStep.FILE_PAGES, first, deepest)) {
            taken = share(left, in.filePageBytes, filePageBytes);
            filePageBytes += taken;
            left -= taken;
        }
        return PressureInputs.atLeastZero(wishedBytes) - left;
    }

    private static boolean isBetween(ShrinkStep step, ShrinkStep first, ShrinkStep deepest) {
        return step.includes(first) && deepest.includes(step);
    }

    private static long share(long wished, long available, long planned) {
        return Math.min(wished, PressureInputs.atLeastZero(available - planned));
    }

    /// All of it, including what is freed from owned frames.
    long totalBytes() {
        return Saturated.plus(
                Saturated.plus(warmFrameBytes, filePageBytes),
                Saturated.plus(defragmentationBytes, fromOwnedBytes()));
    }

    /// What is to be freed from owned frames; moving pages together frees none.
    long fromOwnedBytes() {
        return Saturated.plus(compactionBytes, Saturated.plus(evictionBytes, cacheEvictionBytes));
    }

    /// What a shrink by so much would do now.
    static ShrinkPreview preview(long wishedBytes, PressureInputs in) {
        ShrinkPlan plan = new ShrinkPlan();
        long reached = plan.add(wishedBytes, in, ShrinkStep.WARM_FRAMES, ShrinkStep.FILE_PAGES);
        return new ShrinkPreview(
                plan.warmFrameBytes,
                plan.compactionBytes,
                plan.defragmentationBytes,
                plan.evictionBytes,
                plan.cacheEvictionBytes,
                plan.filePageBytes,
                PressureInputs.atLeastZero(wishedBytes) - reached);
    }
}
