package dev.zspool.persist;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.IndexType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.StatsLevel;
import org.rocksdb.TickerType;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/// The open files: RocksDB with its four key spaces, and every native object that it needs.
///
/// The reason of each setting is in `docs/adr/journal-on-rocksdb.md`. Not safe for use after {@link
/// #close}: the {@link RocksGate} sees to that.
final class RocksFiles implements AutoCloseable {
    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;

    /// What a start has to replay at most.
    static final long MOST_WAL_BYTES = 16 * MIB;

    /// Native objects of all open files together; a test sees that none is left.
    private static final AtomicLong OPEN_OBJECTS = new AtomicLong();

    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final List<ColumnFamilyHandle> spaces = new ArrayList<>();
    private final RocksDB db;
    private final Cache cache;
    private final Statistics statistics;
    private final WriteOptions synced;
    private final WriteOptions unsynced;
    private final ReadOptions point;
    private final ReadOptions walk;

    /// What a measurement tries other values of.
    ///
    /// @param budgetBytes of memory outside the heap
    /// @param blobFileValueBytes values from this size on go to blob files
    /// @param isCompacting false over damaged tables, which no compaction can read
    record Tuning(long budgetBytes, long blobFileValueBytes, boolean isCompacting) {
        static Tuning of(long budgetBytes) {
            return new Tuning(budgetBytes, 4 * KIB, true);
        }

        Tuning withoutCompaction() {
            return new Tuning(budgetBytes, blobFileValueBytes, false);
        }
    }

    /// How they are opened.
    private enum Access {
        NEW,
        PRESENT,
        READ_ONLY
    }

    private RocksFiles(Path directory, Tuning tuning, Access access) throws RocksDBException {
        EndlessRecord.refuse(directory);
        RocksDB.loadLibrary();
        long budgetBytes = tuning.budgetBytes();
        try {
            // Without the strict limit, which would fail reads.
            cache = own(new LRUCache(budgetBytes * 2 / 3, 2, false, 0.5));
            WriteBufferManager buffers = own(new WriteBufferManager(budgetBytes / 3, cache));
            statistics = own(new Statistics());
            statistics.setStatsLevel(StatsLevel.EXCEPT_DETAILED_TIMERS);
            DBOptions options = databaseOptions(buffers, access == Access.NEW);
            List<ColumnFamilyDescriptor> descriptors =
                    List.of(
                            space("default", lsm(256 * KIB, tuning)),
                            space("meta", lsm(2 * MIB, tuning)),
                            space("piece", pieces(tuning)),
                            space("expiry", lsm(MIB, tuning)));
            String path = directory.toString();
            db =
                    own(
                            access == Access.READ_ONLY
                                    ? RocksDB.openReadOnly(options, path, descriptors, spaces)
                                    : RocksDB.open(options, path, descriptors, spaces));
            spaces.forEach(this::own);
            synced = own(new WriteOptions()).setSync(true);
            unsynced = own(new WriteOptions());
            point = own(new ReadOptions());
            walk = own(new ReadOptions()).setFillCache(false).setReadaheadSize(0);
        } catch (RocksDBException | RuntimeException | Error failed) {
            close();
            throw failed;
        }
    }

    /// Opens what is there; makes new files only where none are, so that a lost name never makes an
    /// empty journal of a full one.
    static RocksFiles open(Path directory, Tuning tuning) throws RocksDBException {
        return new RocksFiles(directory, tuning, hasData(directory) ? Access.PRESENT : Access.NEW);
    }

    /// Opens what is there.
    static RocksFiles reopen(Path directory, Tuning tuning) throws RocksDBException {
        return new RocksFiles(directory, tuning, Access.PRESENT);
    }

    /// Opens files that nobody writes; the log is replayed into memory.
    static RocksFiles openReadOnly(Path directory, long budgetBytes) throws RocksDBException {
        return new RocksFiles(directory, Tuning.of(budgetBytes), Access.READ_ONLY);
    }

    private static boolean hasData(Path directory) throws RocksDBException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file ->
                    file.endsWith("CURRENT") || file.toString().matches(".*\\.(sst|blob|log)"));
        } catch (IOException failed) {
            throw new RocksDBException("the directory cannot be listed: " + failed);
        }
    }

    private <T extends AutoCloseable> T own(T object) {
        owned.push(object);
        OPEN_OBJECTS.incrementAndGet();
        return object;
    }

    static long openObjects() {
        return OPEN_OBJECTS.get();
    }

    private DBOptions databaseOptions(WriteBufferManager buffers, boolean isNew) {
        return own(new DBOptions())
                .setCreateIfMissing(isNew)
                .setCreateMissingColumnFamilies(true)
                .setParanoidChecks(true)
                .setWriteBufferManager(buffers)
                .setStatistics(statistics)
                .setMaxTotalWalSize(MOST_WAL_BYTES)
                .setAvoidFlushDuringRecovery(true)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setSkipStatsUpdateOnDbOpen(true)
                .setMaxOpenFiles(128)
                .setMaxFileOpeningThreads(1)
                .setTableCacheNumshardbits(2)
                .setMaxBackgroundJobs(2)
                .setMaxSubcompactions(1)
                .setWritableFileMaxBufferSize(256 * KIB)
                .setCompactionReadaheadSize(256 * KIB)
                .setBytesPerSync(MIB)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(MIB)
                .setKeepLogFileNum(3)
                .setMaxManifestFileSize(4 * MIB)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0)
                .setMaxBgErrorResumeCount(0);
    }

    private static ColumnFamilyDescriptor space(String name, ColumnFamilyOptions options) {
        return new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.US_ASCII), options);
    }

    private ColumnFamilyOptions pieces(Tuning tuning) {
        return lsm(4 * MIB, tuning)
                .setEnableBlobFiles(true)
                .setMinBlobSize(tuning.blobFileValueBytes())
                .setBlobFileSize(64 * MIB)
                .setBlobCompressionType(CompressionType.NO_COMPRESSION)
                .setEnableBlobGarbageCollection(true)
                .setBlobGarbageCollectionAgeCutoff(0.5)
                .setBlobGarbageCollectionForceThreshold(0.5)
                .setBlobCompactionReadaheadSize(256 * KIB);
    }

    private ColumnFamilyOptions lsm(long writeBufferBytes, Tuning tuning) {
        BlockBasedTableConfig table =
                new BlockBasedTableConfig()
                        .setBlockCache(cache)
                        .setBlockSize(4 * KIB)
                        .setFormatVersion(5)
                        .setIndexType(IndexType.kTwoLevelIndexSearch)
                        .setPartitionFilters(true)
                        .setMetadataBlockSize(4 * KIB)
                        .setCacheIndexAndFilterBlocks(true)
                        .setCacheIndexAndFilterBlocksWithHighPriority(true)
                        .setPinTopLevelIndexAndFilter(false)
                        .setFilterPolicy(own(new BloomFilter(10)));
        ColumnFamilyOptions options = own(new ColumnFamilyOptions());
        if (!tuning.isCompacting()) {
            // Tables pile up, and that must not hold up writes.
            options.setDisableAutoCompactions(true)
                    .setLevel0SlowdownWritesTrigger(Integer.MAX_VALUE)
                    .setLevel0StopWritesTrigger(Integer.MAX_VALUE);
        }
        return options.setTableFormatConfig(table)
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setBottommostCompressionType(CompressionType.NO_COMPRESSION)
                .setWriteBufferSize(writeBufferBytes)
                .setMaxWriteBufferNumber(3)
                .setTargetFileSizeBase(8 * MIB)
                .setMaxBytesForLevelBase(32 * MIB)
                .setLevelCompactionDynamicLevelBytes(true);
    }

    RocksDB db() {
        return db;
    }

    ColumnFamilyHandle defaults() {
        return spaces.get(0);
    }

    ColumnFamilyHandle metas() {
        return spaces.get(1);
    }

    ColumnFamilyHandle pieceSpace() {
        return spaces.get(2);
    }

    ColumnFamilyHandle expiries() {
        return spaces.get(3);
    }

    /// Written to logs, tables and blob files since they were opened.
    long writtenBytes() {
        return statistics.getTickerCount(TickerType.WAL_FILE_BYTES)
                + statistics.getTickerCount(TickerType.FLUSH_WRITE_BYTES)
                + statistics.getTickerCount(TickerType.COMPACT_WRITE_BYTES);
    }

    WriteOptions writing(boolean isSynced) {
        return isSynced ? synced : unsynced;
    }

    /// Options of a look-up.
    ReadOptions point() {
        return point;
    }

    /// Options of a walk, which leaves the cache alone.
    ReadOptions walk() {
        return walk;
    }

    /// Writes what is in memory to tables, durably.
    void flush() throws RocksDBException {
        try (FlushOptions options = new FlushOptions().setWaitForFlush(true)) {
            db.flush(options, spaces);
        }
    }

    /// Memory of the caches, of unflushed writes (charged to the cache) and of open tables.
    long nativeBytes() throws RocksDBException {
        return db.getLongProperty(metas(), "rocksdb.block-cache-usage")
                + db.getAggregatedLongProperty("rocksdb.estimate-table-readers-mem");
    }

    /// Closes everything, in the reverse order; the database itself behind its spaces.
    @Override
    public void close() {
        while (!owned.isEmpty()) {
            OPEN_OBJECTS.decrementAndGet();
            AutoCloseable object = owned.pop();
            try {
                object.close();
            } catch (Exception impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }
}
