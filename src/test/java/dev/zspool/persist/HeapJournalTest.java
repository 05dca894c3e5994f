package dev.zspool.persist;

import static dev.zspool.persist.JournalClient.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.zspool.testkit.HeapDisk;
import dev.zspool.testkit.HeapJournal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The journal that tests use instead of the real one does what that does, and what it is told to.
class HeapJournalTest extends JournalContract {
    private final HeapDisk disk = new HeapDisk();

    @Override
    Journal open() {
        return new HeapJournal(disk);
    }

    @Test
    @DisplayName("held at a chosen write, it goes on when told")
    void hold() {
        try (HeapJournal journal = new HeapJournal()) {
            JournalClient client = JournalClient.onNewPool(journal, "p");
            journal.faults().holdAt(1);
            List<CompletableFuture<WriteOutcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                outcomes.add(client.store(client.meta("b" + i, 1), Optional.empty(), true, 1));
            }
            journal.faults().awaitHeld();
            expect(WriteOutcome.DURABLE, outcomes.get(0));
            assertFalse(outcomes.get(1).isDone());
            journal.faults().release();
            outcomes.forEach(outcome -> expect(WriteOutcome.DURABLE, outcome));
        }
    }

    @Test
    @DisplayName(
            "it refuses what it is told to, and is full, failed and unreadable as the real one")
    void refusals() {
        try (HeapJournal journal = new HeapJournal()) {
            JournalClient client = JournalClient.onNewPool(journal, "p");
            BlobMeta blob = client.put("b", 1);
            journal.faults().refuse(1, WriteOutcome.DISK_FULL);
            expect(WriteOutcome.DISK_FULL, next(client));
            journal.setState(JournalState.DISK_FULL);
            expect(WriteOutcome.DISK_FULL, next(client));
            client.remove(blob);
            journal.setState(JournalState.OPEN);
            client.put("b", 1);
            journal.faults().setUnreadable(true);
            assertInstanceOf(MetaResult.Unreadable.class, client.read("b"));
            journal.faults().setUnreadable(false);
            journal.faults().damageMeta(client.poolId(), JournalClient.hash("b"));
            assertInstanceOf(MetaResult.Corrupted.class, client.read("b"));
            assertEquals(List.of(), journal.violations());
        }
    }

    @Test
    @DisplayName(
            "a write in doubt: the listener is told before the outcome, whether applied or not")
    void doubt() {
        for (boolean isApplied : new boolean[] {false, true}) {
            try (HeapJournal journal = new HeapJournal()) {
                JournalClient client = JournalClient.onNewPool(journal, "p");
                List<String> told = new ArrayList<>();
                journal.onDoubt((pool, hash, handle) -> told.add(handle));
                journal.faults().failInDoubt(isApplied);
                expect(WriteOutcome.FAILED, next(client));
                assertEquals(List.of("next"), told);
                assertEquals(isApplied ? 1 : 0, journal.totals(client.poolId()).blobs());
                journal.doubt(client.poolId(), 1, "other");
                journal.awaitIdle();
                assertEquals(List.of("next", "other"), told);
            }
        }
    }

    @Test
    @DisplayName("a write over something else than what is there is noted")
    void violations() {
        try (HeapJournal journal = new HeapJournal()) {
            JournalClient client = JournalClient.onNewPool(journal, "p");
            client.put("b", 1);
            client.put("b", 1);
            assertEquals(1, journal.violations().size());
        }
    }

    private static CompletableFuture<WriteOutcome> next(JournalClient client) {
        return client.store(client.meta("next", 1), Optional.empty(), true, 1);
    }
}
