package dev.zspool.lincheck;

/// What {@link MigratingPoolUnderTest} does when one thread does it.
public class MigratingPoolSpecification extends PoolSpecification {
    private final boolean[] isolated = new boolean[MigratingPoolUnderTest.PLACES];

    public boolean isolate(int place) {
        boolean was = isolated[place];
        isolated[place] = true;
        return !was;
    }

    public boolean migrate(int place) {
        return putBack(place);
    }

    public boolean putBack(int place) {
        boolean was = isolated[place];
        isolated[place] = false;
        return was;
    }
}
