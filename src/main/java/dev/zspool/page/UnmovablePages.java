package dev.zspool.page;

/// The pages of owners that never move them.
enum UnmovablePages implements MovablePages {
    INSTANCE;

    @Override
    public MoveOutcome isolate(int frame) {
        return MoveOutcome.BUSY;
    }

    @Override
    public MoveOutcome migrate(int frame, int target) {
        return MoveOutcome.NOT_ISOLATED;
    }

    @Override
    public MoveOutcome putBack(int frame) {
        return MoveOutcome.NOT_ISOLATED;
    }
}
