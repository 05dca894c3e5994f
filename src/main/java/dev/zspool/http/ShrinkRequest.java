package dev.zspool.http;

import dev.zspool.pressure.ShrinkTarget;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a shrink shall reach, one of the two, and for how long.
///
/// @param targetBytes the most that shall be in use then, as the container's limit counts
/// @param releaseBytes how much shall be given back
/// @param holdSeconds for how long nothing grows back once that is reached; absent for a minute
public record ShrinkRequest(
        @Min(0) @Nullable Long targetBytes,
        @Min(0) @Nullable Long releaseBytes,
        @Min(0) @Max(3600) @Nullable Integer holdSeconds) {
    private static final String TARGET = "targetBytes";
    private static final String RELEASE = "releaseBytes";

    /// Enough to lower a limit by hand.
    private static final int HOLD_SECONDS = 60;

    ShrinkTarget target() {
        if (targetBytes != null && releaseBytes == null) {
            return ShrinkTarget.workingSetBytes(targetBytes);
        }
        if (targetBytes == null && releaseBytes != null) {
            return ShrinkTarget.releaseBytes(releaseBytes);
        }
        throw FieldError.problem(List.of(oneOf()));
    }

    Duration hold() {
        return Duration.ofSeconds(Objects.requireNonNullElse(holdSeconds, HOLD_SECONDS));
    }

    private static FieldError oneOf() {
        return new FieldError(TARGET, "or " + RELEASE + " must be there, and not both");
    }

    /// The same as query parameters.
    static ShrinkRequest of(QueryParameters query) {
        Long target = query.count(TARGET);
        Long release = query.count(RELEASE);
        if ((target == null) == (release == null)) {
            throw new ProblemException(
                    ProblemCode.BAD_PARAMETER,
                    oneOf().field() + " " + oneOf().message() + ".",
                    List.of(oneOf()));
        }
        return new ShrinkRequest(target, release, null);
    }
}
