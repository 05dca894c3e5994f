package dev.zspool.pressure;

import java.util.List;

/// Is told what the controller does. Calls come on the controller's thread, outside its lock, and
/// must not take long.
public interface PressureListener {
    /// Memory became shorter, or less short.
    void levelChanged(PressureLevel before, PressureView now);

    /// What the steps have done lately; at most once a second.
    ///
    /// @param did what each did since the last time
    void released(List<StepTotals> did, PressureView now);

    /// The limit of the container is another one now.
    ///
    /// @param before the limit until now, {@link PressureView#UNLIMITED} for none
    void limitChanged(long before, PressureView now);

    /// A shrink that somebody asked for has ended.
    void shrunk(ShrinkReport report);

    /// The balloon was set, has come to its size, or is gone.
    void balloonChanged(BalloonView balloon);
}
