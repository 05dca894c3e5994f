package dev.zspool.http;

import dev.zspool.blob.BlobInfo;
import dev.zspool.blob.WriteCondition;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The conditions that a request sets, as RFC 9110 section 13 has them.
///
/// @param ifMatch versions of which one must be there
/// @param ifNoneMatch versions of which none may be there
/// @param ifModifiedSince in seconds since 1970; of reads
/// @param ifUnmodifiedSince in seconds since 1970
record Preconditions(
        @Nullable EntityTagList ifMatch,
        @Nullable EntityTagList ifNoneMatch,
        OptionalLong ifModifiedSince,
        OptionalLong ifUnmodifiedSince) {

    /// A request that sets none.
    static final Preconditions NONE =
            new Preconditions(null, null, OptionalLong.empty(), OptionalLong.empty());

    private static final CharSequence IF_MATCH = HttpHeaders.createOptimized("If-Match");
    private static final CharSequence IF_NONE_MATCH = HttpHeaders.createOptimized("If-None-Match");
    private static final CharSequence IF_MODIFIED_SINCE =
            HttpHeaders.createOptimized("If-Modified-Since");
    private static final CharSequence IF_UNMODIFIED_SINCE =
            HttpHeaders.createOptimized("If-Unmodified-Since");

    /// What the conditions of a read come to.
    enum Outcome {
        PASSED,
        /// The client has this version already.
        NOT_MODIFIED,
        FAILED
    }

    /// What the headers of a request say, or a problem.
    ///
    /// @param clock the time now, for dates of two-digit years
    static Preconditions of(MultiMap headers, InstantSource clock) {
        EntityTagList ifMatch = tags(headers, IF_MATCH);
        EntityTagList ifNoneMatch = tags(headers, IF_NONE_MATCH);
        OptionalLong ifModifiedSince = date(headers, IF_MODIFIED_SINCE, clock);
        OptionalLong ifUnmodifiedSince = date(headers, IF_UNMODIFIED_SINCE, clock);
        boolean isNone =
                ifMatch == null
                        && ifNoneMatch == null
                        && ifModifiedSince.isEmpty()
                        && ifUnmodifiedSince.isEmpty();
        return isNone
                ? NONE
                : new Preconditions(ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince);
    }

    /// Refuses conditions where they mean nothing: whoever set one wants it to be kept.
    static void requireNone(MultiMap headers) {
        for (CharSequence field :
                List.of(IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE)) {
            if (headers.contains(field)) {
                throw new ProblemException(
                        ProblemCode.BAD_HEADER, field + ": pools know no conditions.");
            }
        }
    }

    private static @Nullable EntityTagList tags(MultiMap headers, CharSequence field) {
        return headers.contains(field) ? EntityTagList.parse(field, headers.getAll(field)) : null;
    }

    /// A date that is none, and two of them, count as none.
    private static OptionalLong date(MultiMap headers, CharSequence field, InstantSource clock) {
        if (!headers.contains(field)) {
            return OptionalLong.empty();
        }
        List<String> lines = headers.getAll(field);
        return lines.size() == 1 ? HttpDate.parse(lines.getFirst(), clock) : OptionalLong.empty();
    }

    /// What they come to for a read of a version, in the order of section 13.2.2.
    Outcome ofRead(BlobInfo info) {
        if (equals(NONE)) {
            return Outcome.PASSED;
        }
        if (!allowsState(Optional.of(info))) {
            return Outcome.FAILED;
        }
        boolean isKnown =
                ifNoneMatch == null
                        ? ifModifiedSince.isPresent()
                                && info.modifiedEpochSeconds() <= ifModifiedSince.getAsLong()
                        : ifNoneMatch.matchesWeakly(EntityTag.of(info));
        return isKnown ? Outcome.NOT_MODIFIED : Outcome.PASSED;
    }

    /// What must hold when a blob is stored, decided in the moment of the write.
    WriteCondition ofStore() {
        return isFreeToWrite() ? WriteCondition.ALWAYS : this::allowsWrite;
    }

    /// What must hold when a blob is deleted. That it is not there is said whatever the conditions
    /// are: they count only for what would succeed without them (section 13.2.1).
    WriteCondition ofDelete() {
        return isFreeToWrite()
                ? WriteCondition.ALWAYS
                : published -> published.isEmpty() || allowsWrite(published);
    }

    private boolean isFreeToWrite() {
        return ifMatch == null && ifNoneMatch == null && ifUnmodifiedSince.isEmpty();
    }

    private boolean allowsWrite(Optional<BlobInfo> published) {
        return allowsState(published)
                && (ifNoneMatch == null
                        || published.isEmpty()
                        || !ifNoneMatch.matchesWeakly(EntityTag.of(published.get())));
    }

    /// `If-Match`, or without it `If-Unmodified-Since`, which says nothing of what is not there.
    private boolean allowsState(Optional<BlobInfo> published) {
        if (ifMatch != null) {
            return published.isPresent() && ifMatch.matchesStrongly(EntityTag.of(published.get()));
        }
        return ifUnmodifiedSince.isEmpty()
                || published.isEmpty()
                || published.get().modifiedEpochSeconds() <= ifUnmodifiedSince.getAsLong();
    }
}
