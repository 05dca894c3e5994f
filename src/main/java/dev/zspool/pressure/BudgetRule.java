package dev.zspool.pressure;

/// How far the arena may grow: at once down, slowly up.
///
/// Down it follows what is owned, less what is to be released in this tick, so that nobody takes
/// what has just been made free. In calm times it still ends at the ceiling: whatever the service
/// does until the next tick, the headroom of the others is left.
///
/// Two things keep it from being ratcheted down by a neighbour that comes again and again: of
/// plenty it grows at once, and durable pools always keep a little that can be replaced.
final class BudgetRule {
    private BudgetRule() {}

    static void update(
            PressureInputs in, PressureLimits limits, PressureState state, PressureDecision out) {
        PressureReading now = state.reading;
        long budget = cut(in, limits, state, out);
        long ceiling = now.ceilingBytes();
        budget = Math.max(Math.min(budget, ceiling), floor(in, now, limits));
        long target = Math.min(now.configuredBytes, ceiling);
        noteSignals(now, limits, state, target - budget);
        if (state.level == PressureLevel.CALM) {
            budget = grown(budget, target, limits, state);
        }
        state.budgetBytes = budget;
        out.frameBudgetBytes = budget;
    }

    private static long cut(
            PressureInputs in, PressureLimits limits, PressureState state, PressureDecision out) {
        PressureReading now = state.reading;
        long owned = now.ownedBytes;
        long configured = now.configuredBytes;
        long released = Math.max(0, out.plan.fromOwnedBytes() - out.roomBytes);
        long after = Math.max(0, owned - released);
        long present = Math.min(state.budgetBytes, PressureInputs.atLeastZero(in.frameBudgetBytes));
        long budget;
        if (isShort(now, state) || now.requestedBytes > 0) {
            budget = Math.min(present, after);
        } else if (owned > configured) {
            budget = Math.min(present, Math.max(configured, after));
        } else if (state.stalling && !state.tight) {
            int least = 1000 - limits.stall().mostPermille();
            long floor = Saturated.permille(configured, least);
            budget = Math.min(state.budgetBytes, Math.max(floor, state.budgetBytes - released));
        } else {
            // What is owned may be replaced: nothing is to be released any more.
            budget = Math.max(state.budgetBytes, owned);
        }
        return Math.min(budget, Math.max(configured, owned));
    }

    /// What writers of durable pools need to get through whatever has been evicted: what cannot be
    /// evicted, like the index, and a little that can. It is no growth into what others need.
    private static long floor(PressureInputs in, PressureReading now, PressureLimits limits) {
        if (!in.hasDurablePools || now.headroomBytes < now.minBytes) {
            return 0;
        }
        long evictable =
                Saturated.plus(
                        PressureInputs.atLeastZero(in.evictableBytes),
                        PressureInputs.atLeastZero(in.evictPolicyBytes));
        long stays = Math.max(0, now.ownedBytes - evictable);
        long wanted = Saturated.plus(stays, limits.writerFloorBytes());
        long room = Math.max(0, Saturated.minus(now.headroomBytes, now.lowBytes));
        return Math.min(
                Math.min(wanted, now.configuredBytes), Saturated.plus(now.backedBytes(), room));
    }

    private static boolean isShort(PressureReading now, PressureState state) {
        return state.tight && (now.isBelowHigh() || now.hasOomEvents);
    }

    /// Notes whether there is any sign of pressure, and how often it comes back.
    private static void noteSignals(
            PressureReading now, PressureLimits limits, PressureState state, long missing) {
        boolean stalls =
                Math.max(now.somePermille, now.fullPermille) >= limits.stall().leavePermille();
        boolean othersHaveIt = now.ceilingBytes() < now.configuredBytes && missing <= slack(now);
        boolean sign =
                isShort(now, state)
                        || now.requestedBytes > 0
                        || now.ownedBytes > now.configuredBytes
                        || (state.stalling && stalls)
                        || othersHaveIt;
        long since = state.clockNanos - state.lastSignalNanos;
        if (since >= limits.calmNanos()) {
            state.holdNanos = limits.holdNanos();
        } else if (sign && since > limits.holdNanos()) {
            state.holdNanos = Math.min(limits.calmNanos() / 2, 2 * state.holdNanos);
        }
        if (sign) {
            state.lastSignalNanos = state.clockNanos;
        }
    }

    private static long grown(
            long budget, long target, PressureLimits limits, PressureState state) {
        PressureReading now = state.reading;
        long missing = target - budget;
        long since = state.clockNanos - state.lastSignalNanos;
        boolean worthIt = target == now.configuredBytes || missing > slack(now);
        if (missing <= 0 || !worthIt) {
            return budget;
        }
        double perSecond = Saturated.permille(now.baseBytes, limits.growthPermille());
        double step = perSecond * now.elapsedNanos / 1e9;
        if (since < state.holdNanos) {
            long plenty = Math.max(0, Saturated.minus(now.ceilingBytes(), now.highBytes));
            return Math.max(budget, Math.min(budget + (long) step, Math.min(target, plenty)));
        }
        long left = limits.calmNanos() - since;
        if (left <= now.elapsedNanos) {
            return target;
        }
        double inTime = (double) missing * now.elapsedNanos / left;
        return budget + (long) Math.min(Math.max(step, inTime), (double) missing);
    }

    /// What is not worth a change of the budget.
    private static long slack(PressureReading now) {
        return now.baseBytes / 128;
    }
}
