package dev.zspool.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.zspool.blob.BlobPool;
import dev.zspool.blob.ClassRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The size classes of a pool, by the kernel's names of the columns.
///
/// @param pool the pool's name
/// @param classes one row a class, in ascending size
public record ClassStatistics(String pool, List<Row> classes) {

    /// One size class.
    ///
    /// @param classIndex its index
    /// @param size bytes of a slot
    /// @param zspages how many zspages are how full
    /// @param objAllocated slots of all its zspages
    /// @param objUsed slots that hold an object
    /// @param pagesUsed pages of all its zspages
    /// @param pagesPerZspage pages in one of them
    /// @param freeable pages that compaction could free at best
    /// @param isolated zspages with an isolated page, which are in no group
    public record Row(
            @JsonProperty("class") int classIndex,
            @JsonProperty("size") int size,
            @JsonProperty("zspages") Map<String, Integer> zspages,
            @JsonProperty("obj_allocated") long objAllocated,
            @JsonProperty("obj_used") long objUsed,
            @JsonProperty("pages_used") long pagesUsed,
            @JsonProperty("pages_per_zspage") int pagesPerZspage,
            @JsonProperty("freeable") long freeable,
            @JsonProperty("isolated") long isolated) {

        private static Row of(ClassRow row) {
            Map<String, Integer> zspages = new LinkedHashMap<>();
            for (int group = 0; group < ClassTable.GROUPS.size(); group++) {
                zspages.put(ClassTable.GROUPS.get(group), row.zspagesByGroup().get(group));
            }
            return new Row(
                    row.index(),
                    row.sizeBytes(),
                    zspages,
                    row.allocatedSlots(),
                    row.liveSlots(),
                    row.usedPages(),
                    row.pagesPerZspage(),
                    row.reclaimablePages(),
                    row.isolatedZspages());
        }
    }

    static ClassStatistics of(BlobPool pool) {
        return new ClassStatistics(pool.name(), pool.classes().stream().map(Row::of).toList());
    }
}
