package dev.zspool.page;

/// How fast long work goes, and whether it goes on: asked between two slices, while no lock is
/// held.
///
/// An implementation may wait, which is how work in the background leaves the processor to others;
/// tell somebody how far the work is; or end it.
@FunctionalInterface
public interface Pace {
    /// As fast as it can, to the end.
    Pace FULL_SPEED = (done, goal) -> true;

    /// Waits, reports, or ends the work.
    ///
    /// @param done how much is done, in the work's own unit
    /// @param goal how much there was to do when the work began; it may become more or less
    /// @return false to end the work here
    boolean proceed(long done, long goal);
}
