package dev.zspool.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.zspool.pressure.PressureLevel;
import dev.zspool.pressure.PressureReason;
import dev.zspool.pressure.PressureView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How short memory is, and what is done about it.
///
/// @param level how short
/// @param reason why the last decision was as it was
/// @param sinceMillis how long the level has been this one
/// @param limitBytes the container's limit; absent without one
/// @param workingSetBytes what counts against it: usage without inactive page cache
/// @param availableBytes what the machine can give to anybody; absent where that is not known
/// @param headroomBytes what is left below the limit, or on the machine; below 0 above the limit,
///   absent where neither is known
/// @param watermarks headroom below which something begins
/// @param stallPermille how much of the time some task stood still for memory lately
/// @param budget what blobs may take
/// @param waitingWriters writes that are paused
/// @param retryAfterSeconds what refused writers are told; 0 when none are
/// @param oomEvents how often the container ran out of memory since the start
/// @param steps what each step has done since the start, those that were used
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PressureStatistics(
        PressureLevel level,
        PressureReason reason,
        long sinceMillis,
        @Nullable Long limitBytes,
        long workingSetBytes,
        @Nullable Long availableBytes,
        @Nullable Long headroomBytes,
        Watermarks watermarks,
        int stallPermille,
        Budget budget,
        int waitingWriters,
        int retryAfterSeconds,
        long oomEvents,
        List<StepStatistics> steps) {

    /// Headroom below which something begins.
    ///
    /// @param minBytes writers wait
    /// @param lowBytes the service shrinks
    /// @param highBytes until here
    public record Watermarks(long minBytes, long lowBytes, long highBytes) {}

    /// What blobs may take.
    ///
    /// @param configuredBytes without pressure, balloon or a shrink that is held
    /// @param balloonBytes what the balloon takes off
    /// @param heldBytes the most that a shrink leaves for a while; absent without one
    /// @param frameBudgetBytes what they may take now
    /// @param usedBytes what they take
    /// @param warmBytes free frames that are still backed
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Budget(
            long configuredBytes,
            long balloonBytes,
            @Nullable Long heldBytes,
            long frameBudgetBytes,
            long usedBytes,
            long warmBytes) {}

    static PressureStatistics of(PressureView view) {
        PressureView.Marks marks = view.marks();
        return new PressureStatistics(
                view.level(),
                view.reason(),
                view.sinceNanos() / 1_000_000,
                known(view.limitBytes()),
                // Two files tell it, at two moments.
                Math.max(0, view.workingSetBytes()),
                known(view.availableBytes()),
                known(marks.headroomBytes()),
                new Watermarks(marks.minBytes(), marks.lowBytes(), marks.highBytes()),
                view.stallPermille(),
                budget(view.budget()),
                view.waitingWriters(),
                view.retryAfterSeconds(),
                view.oomEvents(),
                StepStatistics.of(view.steps()));
    }

    private static Budget budget(PressureView.Budget budget) {
        return new Budget(
                budget.configuredBytes(),
                budget.balloonBytes(),
                known(budget.heldBytes()),
                budget.frameBudgetBytes(),
                budget.usedBytes(),
                budget.warmBytes());
    }

    private static @Nullable Long known(long bytes) {
        return bytes == PressureView.UNLIMITED ? null : bytes;
    }
}
