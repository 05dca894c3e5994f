package dev.zspool.stress;

/// A chaos test saw something that must not be.
public final class ChaosViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ChaosViolation(String what) {
        super(what);
    }

    public ChaosViolation(String what, Throwable cause) {
        super(what, cause);
    }

    /// Throws one unless a condition holds.
    static void unless(boolean holds, String what) {
        if (!holds) {
            throw new ChaosViolation(what);
        }
    }
}
