package dev.zspool.crash;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was tried with one thing (a handle, a pool), in order, and when it was answered.
///
/// One thread writes the thing, so that at most the last attempt is without an answer.
final class History<S> {
    private static final long UNANSWERED = Long.MAX_VALUE;

    /// One write: begun, perhaps answered.
    ///
    /// @param <S> what the thing is after it
    static final class Attempt<S> {
        private final S state;
        private final long begunNanos;
        private volatile long answeredNanos = UNANSWERED;
        private volatile @Nullable String etag;

        private Attempt(S state, long begunNanos) {
            this.state = state;
            this.begunNanos = begunNanos;
        }

        S state() {
            return state;
        }

        /// As it was answered; null when there was no answer.
        @Nullable String etag() {
            return etag;
        }

        boolean isAnswered() {
            return answeredNanos != UNANSWERED;
        }

        @Override
        public String toString() {
            return state + (isAnswered() ? "" : " (not answered)");
        }
    }

    private final List<Attempt<S>> attempts = new ArrayList<>();

    History(S before) {
        settle(before, null);
    }

    /// The state after everything that was tried.
    synchronized Attempt<S> last() {
        return attempts.getLast();
    }

    synchronized Attempt<S> begin(S state) {
        Attempt<S> attempt = new Attempt<>(state, System.nanoTime());
        attempts.add(attempt);
        return attempt;
    }

    /// The service said that it is done.
    void answered(Attempt<S> attempt, @Nullable String etag) {
        attempt.etag = etag;
        attempt.answeredNanos = System.nanoTime();
    }

    /// The service said that it is not done, and nothing was changed.
    synchronized void refused(Attempt<S> attempt) {
        attempts.remove(attempt);
    }

    /// What may be there: the last write that was answered by a moment, and those after it that
    /// were begun by another, later one.
    synchronized List<Attempt<S>> possible(long answeredByNanos, long begunByNanos) {
        List<Attempt<S>> possible = new ArrayList<>();
        for (Attempt<S> attempt : attempts) {
            if (attempt.answeredNanos - answeredByNanos <= 0 && attempt.isAnswered()) {
                possible.clear();
            }
            if (attempt.begunNanos - begunByNanos <= 0) {
                possible.add(attempt);
            }
        }
        return possible;
    }

    /// For how long the first write that is missing had been answered, if this is the write that is
    /// there: 0 when nothing is missing.
    synchronized long lossNanos(Attempt<S> found, long atNanos) {
        int next = attempts.indexOf(found) + 1;
        if (next == 0 || next == attempts.size()) {
            return 0;
        }
        Attempt<S> missing = attempts.get(next);
        return missing.isAnswered() ? Math.max(0, atNanos - missing.answeredNanos) : 0;
    }

    /// This is how it is: what was tried before is history.
    synchronized void settle(S state, @Nullable String etag) {
        attempts.clear();
        Attempt<S> attempt = begin(state);
        answered(attempt, etag);
    }
}
