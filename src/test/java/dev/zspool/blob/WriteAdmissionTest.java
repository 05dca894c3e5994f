package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Writes while memory is short: they wait or are refused, and what is there stays.
class WriteAdmissionTest {
    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    private static BlobWrite begin(BlobRig rig, String handle, byte[] content) {
        return rig.pool().beginWrite(handle, BlobAttributes.NONE, content.length);
    }

    @Test
    @DisplayName("a write that waits is let in later; reads and deletions do not wait")
    void waits() {
        BlobRig rig = rigs.small();
        byte[] content = BlobContent.RANDOM.of(1_000, 1);
        rig.store("a", content);
        rig.store("b", content);
        rig.pool().host().admit(WriteAdmission.WAIT);
        AtomicInteger resumed = new AtomicInteger();
        BlobWrite write = begin(rig, "c", content);
        assertEquals(AppendOutcome.PAUSE, write.begin(resumed::incrementAndGet));
        assertEquals(1, rig.pool().host().waitingWrites());
        rig.assertHolds("a", content);
        assertEquals(DeleteOutcome.DELETED, rig.delete("b"));
        assertEquals(0, resumed.get());
        rig.pool().host().admit(WriteAdmission.OPEN);
        assertEquals(1, resumed.get());
        assertEquals(AppendOutcome.READY, write.append(content, 0, content.length));
        AtomicReference<PutResult> answer = new AtomicReference<>();
        write.commit(answer::set);
        assertInstanceOf(PutResult.Stored.class, answer.get());
        rig.assertHolds("c", content);
    }

    @Test
    @DisplayName(
            "a write that is under way goes on; a new one is refused, and what was there stays")
    void refuses() {
        BlobRig rig = rigs.small();
        byte[] content = BlobContent.RANDOM.of(1_000, 1);
        byte[] other = BlobContent.RANDOM.of(1_000, 2);
        rig.store("a", content);
        BlobWrite early = begin(rig, "early", other);
        assertEquals(AppendOutcome.READY, early.begin(() -> {}));
        rig.pool().host().admit(WriteAdmission.REFUSE);
        AtomicReference<PutResult> answer = new AtomicReference<>();
        BlobWrite late = begin(rig, "a", other);
        assertEquals(AppendOutcome.REFUSED, late.begin(() -> {}));
        assertNull(answer.get());
        late.commit(answer::set);
        assertInstanceOf(PutResult.OutOfMemory.class, answer.get());
        rig.assertHolds("a", content);
        assertEquals(AppendOutcome.READY, early.append(other, 0, other.length));
        early.commit(answer::set);
        assertInstanceOf(PutResult.Stored.class, answer.get());
        rig.pool().host().admit(WriteAdmission.OPEN);
        rig.store("a", other);
        assertEquals(0, rig.pool().host().bodyBytes());
    }
}
