package dev.zspool.zsmalloc;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;

/// What is noted of each page of a handle table, off-heap, 24 bytes a page.
///
/// ```
///  byte  0           2      4      6       7       8          12     16             20
///       +-----------+------+------+-------+-------+----------+------+--------------+--------+
///       | freeCells | head | tail | state | spare | previous | next | versionFloor | spare  |
///       +-----------+------+------+-------+-------+----------+------+--------------+--------+
/// ```
///
/// *head* and *tail* are the ends of the queue of free cells, *previous* and *next* the neighbours
/// on the list of the page's state. *versionFloor* is what the cells of a page that was given back
/// begin with when it is used again. Guarded by the table's lock.
final class HandlePageDescriptors {
    static final int DESCRIPTOR_BYTES = 24;

    private static final int FREE_CELLS = 0;
    private static final int HEAD = 2;
    private static final int TAIL = 4;
    private static final int STATE = 6;
    private static final int PREVIOUS = 8;
    private static final int NEXT = 12;
    private static final int VERSION_FLOOR = 16;

    private final MemorySegment memory;

    HandlePageDescriptors(MemorySegment memory) {
        this.memory = memory;
    }

    int freeCells(int page) {
        return memory.get(JAVA_SHORT, at(page) + FREE_CELLS);
    }

    void setFreeCells(int page, int count) {
        memory.set(JAVA_SHORT, at(page) + FREE_CELLS, (short) count);
    }

    int head(int page) {
        return memory.get(JAVA_SHORT, at(page) + HEAD);
    }

    void setHead(int page, int cell) {
        memory.set(JAVA_SHORT, at(page) + HEAD, (short) cell);
    }

    int tail(int page) {
        return memory.get(JAVA_SHORT, at(page) + TAIL);
    }

    void setTail(int page, int cell) {
        memory.set(JAVA_SHORT, at(page) + TAIL, (short) cell);
    }

    byte state(int page) {
        return memory.get(JAVA_BYTE, at(page) + STATE);
    }

    void setState(int page, byte state) {
        memory.set(JAVA_BYTE, at(page) + STATE, state);
    }

    int previous(int page) {
        return memory.get(JAVA_INT, at(page) + PREVIOUS);
    }

    void setPrevious(int page, int other) {
        memory.set(JAVA_INT, at(page) + PREVIOUS, other);
    }

    int next(int page) {
        return memory.get(JAVA_INT, at(page) + NEXT);
    }

    void setNext(int page, int other) {
        memory.set(JAVA_INT, at(page) + NEXT, other);
    }

    int versionFloor(int page) {
        return memory.get(JAVA_INT, at(page) + VERSION_FLOOR);
    }

    void setVersionFloor(int page, int version) {
        memory.set(JAVA_INT, at(page) + VERSION_FLOOR, version);
    }

    private static long at(int page) {
        return (long) page * DESCRIPTOR_BYTES;
    }
}
