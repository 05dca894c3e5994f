package dev.zspool.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.zspool.pressure.BalloonView;
import org.jspecify.annotations.Nullable;

/// What the balloon is now.
///
/// @param bytes what blobs may take less; 0 without one
/// @param reachedBytes how much of it is not in use by now
/// @param freePageblocks of the pageblocks of 2 MiB that what the arena may take without a balloon
///   makes, those without any memory
/// @param leaseSecondsLeft after how long it goes by itself; absent for never
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BalloonState(
        long bytes, long reachedBytes, long freePageblocks, @Nullable Long leaseSecondsLeft) {

    static BalloonState of(BalloonView view) {
        return new BalloonState(
                view.wantedBytes(),
                view.reachedBytes(),
                view.freePageblocks(),
                view.leaseNanosLeft() < 0
                        ? null
                        : Math.ceilDiv(view.leaseNanosLeft(), 1_000_000_000L));
    }
}
