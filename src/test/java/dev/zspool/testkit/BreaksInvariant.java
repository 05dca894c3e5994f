package dev.zspool.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks the test that breaks an invariant and sees the checker say so. A test over all of them
/// makes sure that none is left out.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface BreaksInvariant {
    /// Its name in `docs/invariants.md`: `I-1` to `I-17`.
    String value();
}
