package dev.zspool.blob;

import java.util.concurrent.atomic.AtomicIntegerArray;

/// Roots that are only numbers: which key each handle is the root of now.
final class FakeRoots {
    private static final int NOBODY = -1;

    private final AtomicIntegerArray keyOf;

    FakeRoots(int handles) {
        keyOf = new AtomicIntegerArray(handles);
        for (int i = 0; i < handles; i++) {
            keyOf.set(i, NOBODY);
        }
    }

    void set(long handle, int key) {
        keyOf.set((int) handle, key);
    }

    void free(long handle) {
        keyOf.set((int) handle, NOBODY);
    }

    int keyOf(long handle) {
        return keyOf.get((int) handle);
    }

    BlobIndex.Probe probe(int key) {
        return new BlobIndex.Probe() {
            @Override
            public boolean isMatch(long rootHandle) {
                // A reader that comes too late may bring any number.
                return rootHandle < keyOf.length() && keyOf.get((int) rootHandle) == key;
            }

            @Override
            public boolean isSound() {
                return true;
            }
        };
    }
}
