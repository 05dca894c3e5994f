package dev.zspool.observe;

import dev.zspool.pressure.BalloonView;
import dev.zspool.pressure.PressureController;
import dev.zspool.pressure.PressureView;
import dev.zspool.pressure.ShrinkPreview;
import dev.zspool.pressure.ShrinkReport;
import dev.zspool.pressure.ShrinkTarget;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// What operators see of short memory, and what they may do about it themselves.
@Singleton
public final class MemoryPressure {

    private final PressureController controller;

    MemoryPressure(PressureController controller) {
        this.controller = controller;
    }

    /// How short memory was when it was looked at last.
    public PressureView now() {
        return controller.view();
    }

    /// Gives memory back until a target is reached, and tells when that has ended.
    ///
    /// @param hold for how long nothing is to grow back once it is reached
    /// @return BUSY at once while another one is running
    public CompletionStage<ShrinkReport> shrink(ShrinkTarget target, Duration hold) {
        return controller.shrink(target, hold.toNanos());
    }

    /// Tells what a shrink would give now, and changes nothing.
    public ShrinkPreview preview(ShrinkTarget target) {
        return controller.preview(target);
    }

    /// Sets the balloon to a size, 0 to let it go.
    ///
    /// @param lease after how long it goes by itself; empty for never
    /// @return what it is then; empty when that is more than {@link #mostBalloonBytes}
    public Optional<BalloonView> setBalloon(long bytes, Optional<Duration> lease) {
        long leaseNanos = lease.map(Duration::toNanos).orElse(Long.MAX_VALUE);
        try {
            return Optional.of(controller.setBalloon(bytes, leaseNanos));
        } catch (IllegalArgumentException tooMuch) {
            // The most may change at any moment, with the container's limit.
            return Optional.empty();
        }
    }

    /// What the balloon is now.
    public BalloonView balloon() {
        return controller.balloon();
    }

    /// The most that the balloon can be now: what blobs may take without one, less a little that
    /// they keep.
    public long mostBalloonBytes() {
        return controller.mostBalloonBytes();
    }

    /// After how many seconds a refused writer may try again, at least 1.
    public int retryAfterSeconds() {
        return controller.retryAfterSeconds();
    }
}
