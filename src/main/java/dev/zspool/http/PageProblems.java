package dev.zspool.http;

import dev.zspool.page.MoveOutcome;
import dev.zspool.zsmalloc.LeaseResult;
import dev.zspool.zsmalloc.MigrateResult;

/// The outcomes of the page API that are problems to a caller.
final class PageProblems {

    private PageProblems() {}

    /// The number of a frame, or a problem. One that is larger than any frame is -1, which no page
    /// is in.
    static int requireFrame(String text) {
        if (!Digits.areAll(text)) {
            throw new ProblemException(ProblemCode.BAD_FRAME, "A frame is a number: digits only.");
        }
        return Digits.toInt(text).orElse(-1);
    }

    static ProblemException missing() {
        return new ProblemException(
                ProblemCode.PAGE_NOT_FOUND, "There is no page of this pool in this frame.");
    }

    static LeaseResult.Leased requireLeased(LeaseResult result) {
        return switch (result) {
            case LeaseResult.Leased leased -> leased;
            case LeaseResult.Refused refused -> throw of(refused.outcome());
            case LeaseResult.TooMany tooMany ->
                    throw new ProblemException(
                            ProblemCode.TOO_MANY_LEASES,
                            "At most "
                                    + tooMany.limit()
                                    + " pages of this pool may be isolated at once.");
        };
    }

    static MigrateResult.Migrated requireMigrated(MigrateResult result) {
        return switch (result) {
            case MigrateResult.Migrated migrated -> migrated;
            case MigrateResult.Refused refused -> throw of(refused.outcome());
            case MigrateResult.NoFrame _ ->
                    throw new ProblemException(
                            ProblemCode.OUT_OF_MEMORY,
                            "There is no free frame; the page is still isolated.");
        };
    }

    static MoveOutcome requirePutBack(MoveOutcome outcome) {
        if (outcome != MoveOutcome.PUT_BACK) {
            throw of(outcome);
        }
        return outcome;
    }

    private static ProblemException of(MoveOutcome outcome) {
        return switch (outcome) {
            case GONE -> missing();
            case BUSY ->
                    new ProblemException(
                            ProblemCode.EAGAIN, "Somebody else holds the page; try again later.");
            case EMPTY ->
                    new ProblemException(
                            ProblemCode.EBUSY, "Everything on it was deleted meanwhile.");
            case NOT_ISOLATED ->
                    new ProblemException(
                            ProblemCode.NOT_ISOLATED,
                            "It is not isolated, or not under this lease.");
            case ISOLATED, MIGRATED, PUT_BACK ->
                    throw new IllegalArgumentException(outcome + " is no problem");
        };
    }
}
