package dev.zspool.pressure;

/// What the policy wants done until the next tick. Filled anew by each decision.
final class PressureDecision {
    PressureLevel level = PressureLevel.CALM;
    PressureReason reason = PressureReason.NONE;

    /// How much each step is to give now.
    final ShrinkPlan plan = new ShrinkPlan();

    /// The sum of the plan.
    long releaseBytes;

    /// What is missing altogether: more than {@link #releaseBytes} where a tick is too short for
    /// it, where there is nothing to take it from, or while the policy backs off.
    long missingBytes;

    /// What of the plan is room for waiting writers, under the budget, and does not go to the
    /// system.
    long roomBytes;

    /// The hard budget of the arena. It may be less than what is owned: then nothing can be
    /// acquired before enough has been released.
    long frameBudgetBytes;

    /// The last step that may be used.
    ShrinkStep deepestStep = ShrinkStep.NONE;

    /// What to tell a writer that has to come back later; 0 when no one has to.
    int retryAfterSeconds;

    /// What is left below the limit, or on the machine; negative above the limit.
    long headroomBytes;

    /// The watermarks under the present limit.
    long minBytes;

    long lowBytes;
    long highBytes;

    /// How much of the time some task stood still lately.
    int stallPermille;
}
