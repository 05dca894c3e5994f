package dev.zspool.lincheck;

import java.util.Arrays;

/// What {@link PoolUnderTest} does when one thread does it.
public class PoolSpecification {
    private final int[] values = new int[PoolUnderTest.KEYS];

    public PoolSpecification() {
        Arrays.fill(values, 0, PoolUnderTest.INITIAL_KEYS, PoolUnderTest.INITIAL_VALUE);
    }

    public boolean put(int key, int value) {
        if (values[key] != PoolUnderTest.ABSENT) {
            return false;
        }
        values[key] = value;
        return true;
    }

    public int get(int key) {
        return values[key];
    }

    public boolean remove(int key) {
        boolean was = values[key] != PoolUnderTest.ABSENT;
        values[key] = PoolUnderTest.ABSENT;
        return was;
    }

    public void compact() {}
}
