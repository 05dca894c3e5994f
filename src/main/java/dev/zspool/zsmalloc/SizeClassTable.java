package dev.zspool.zsmalloc;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The size classes of a geometry: the nominal ones, merged where neighbours have the same shape
/// (`zs_create_pool`).
///
/// Immutable; all pools of one geometry share one.
public final class SizeClassTable {
    private static final Map<PoolGeometry, SizeClassTable> SHARED = new ConcurrentHashMap<>();

    private final PoolGeometry geometry;
    private final List<SizeClassShape> shapes;

    /// Nominal index to the shape that it was merged into.
    private final SizeClassShape[] byNominalIndex;

    private final int hugeThresholdBytes;

    /// The table of a geometry, of which there are few.
    public static SizeClassTable of(PoolGeometry geometry) {
        return SHARED.computeIfAbsent(geometry, SizeClassTable::new);
    }

    private SizeClassTable(PoolGeometry geometry) {
        this.geometry = geometry;
        int nominal = geometry.nominalClasses();
        byNominalIndex = new SizeClassShape[nominal];
        Deque<SizeClassShape> ascending = new ArrayDeque<>();
        int hugeThreshold = 0;
        int last = nominal - 1;
        while (last >= 0) {
            int first = firstOfRun(last);
            SizeClassShape shape = shapeOf(first, last);
            ascending.addFirst(shape);
            for (int index = first; index <= last; index++) {
                byNominalIndex[index] = shape;
            }
            if (hugeThreshold == 0 && shape.pagesPerZspage() != 1 && shape.slotsPerZspage() != 1) {
                hugeThreshold = shape.sizeBytes() - (PoolGeometry.SLOT_HEADER_BYTES - 1);
            }
            last = first - 1;
        }
        shapes = List.copyOf(ascending);
        hugeThresholdBytes = hugeThreshold;
    }

    /// The classes in ascending order of size.
    public List<SizeClassShape> shapes() {
        return shapes;
    }

    public PoolGeometry geometry() {
        return geometry;
    }

    /// The class that an object lands in.
    ///
    /// @param payloadBytes 1 to the page's size
    /// @throws IllegalArgumentException outside that range
    public SizeClassShape forPayload(int payloadBytes) {
        if (payloadBytes < 1 || payloadBytes > geometry.pageSizeBytes()) {
            throw new IllegalArgumentException(
                    "payloadBytes=" + payloadBytes + " must be 1 to " + geometry.pageSizeBytes());
        }
        return byNominalIndex[geometry.nominalIndexFor(payloadBytes)];
    }

    /// From this payload on an object takes a whole page (`zs_huge_class_size`), in bytes.
    public int hugeThresholdBytes() {
        return hugeThresholdBytes;
    }

    private int firstOfRun(int last) {
        int first = last;
        while (first > 0 && sameShape(first - 1, last)) {
            first--;
        }
        return first;
    }

    private boolean sameShape(int a, int b) {
        int sizeA = geometry.nominalSizeBytes(a);
        int sizeB = geometry.nominalSizeBytes(b);
        int pages = geometry.pagesPerZspage(sizeA);
        return pages == geometry.pagesPerZspage(sizeB)
                && slots(pages, sizeA) == slots(pages, sizeB);
    }

    private int slots(int pages, int slotBytes) {
        return pages * geometry.pageSizeBytes() / slotBytes;
    }

    private SizeClassShape shapeOf(int first, int last) {
        int size = geometry.nominalSizeBytes(last);
        int pages = geometry.pagesPerZspage(size);
        int slots = slots(pages, size);
        boolean huge = pages == 1 && slots == 1;
        int minPayload =
                first == 0
                        ? 1
                        : geometry.nominalSizeBytes(first - 1) - PoolGeometry.SLOT_HEADER_BYTES + 1;
        int maxPayload = huge ? size : size - PoolGeometry.SLOT_HEADER_BYTES;
        return new SizeClassShape(last, size, slots, pages, first, minPayload, maxPayload, huge);
    }
}
