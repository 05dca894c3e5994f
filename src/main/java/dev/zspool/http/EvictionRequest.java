package dev.zspool.http;

import dev.zspool.blob.EvictionTarget;
import jakarta.validation.constraints.Min;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an eviction shall reach; one of the two.
///
/// @param targetBytes the most that the pool's pages may take then
/// @param releaseBytes how much of them shall become free
public record EvictionRequest(
        @Min(0) @Nullable Long targetBytes, @Min(0) @Nullable Long releaseBytes) {
    private static final String TARGET = "targetBytes";
    private static final String RELEASE = "releaseBytes";

    EvictionTarget target() {
        if (targetBytes != null && releaseBytes == null) {
            return EvictionTarget.poolBytes(targetBytes);
        }
        if (targetBytes == null && releaseBytes != null) {
            return EvictionTarget.releaseBytes(releaseBytes);
        }
        throw FieldError.problem(List.of(oneOf()));
    }

    private static FieldError oneOf() {
        return new FieldError(TARGET, "or " + RELEASE + " must be there, and not both");
    }

    /// The same as query parameters.
    static EvictionTarget of(QueryParameters query) {
        Long target = query.count(TARGET);
        Long release = query.count(RELEASE);
        if ((target == null) == (release == null)) {
            throw new ProblemException(
                    ProblemCode.BAD_PARAMETER,
                    oneOf().field() + " " + oneOf().message() + ".",
                    List.of(oneOf()));
        }
        return new EvictionRequest(target, release).target();
    }
}
