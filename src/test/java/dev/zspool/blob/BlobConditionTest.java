package dev.zspool.blob;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Conditions are decided against what is published, and a write that fails leaves that alone.
class BlobConditionTest {
    private static final WriteCondition MISSING = Optional::isEmpty;

    @RegisterExtension final BlobRigs rigs = new BlobRigs();

    private static PutResult put(BlobRig rig, byte[] content, WriteCondition condition) {
        BlobWrite write =
                rig.pool()
                        .beginWrite(
                                WriteRequest.of("h", BlobAttributes.NONE, content.length)
                                        .onlyIf(condition));
        return TestUpload.run(write, content, Integer.MAX_VALUE);
    }

    private static DeleteOutcome delete(BlobRig rig, WriteCondition condition) {
        List<DeleteOutcome> answers = new ArrayList<>();
        rig.pool().delete("h", condition, answers::add);
        assertEquals(1, answers.size());
        return answers.getFirst();
    }

    private static WriteCondition sequenceIs(long sequence) {
        return published -> published.filter(info -> info.sequence() == sequence).isPresent();
    }

    @Test
    void conditions() {
        BlobRig rig = rigs.small();
        byte[] old = BlobContent.RANDOM.of(70_000, 1);
        byte[] other = BlobContent.RANDOM.of(80_000, 2);
        BlobInfo first = BlobRig.stored(put(rig, old, MISSING));
        long objects = rig.liveObjects();
        assertInstanceOf(PutResult.PreconditionFailed.class, put(rig, other, MISSING));
        assertInstanceOf(
                PutResult.PreconditionFailed.class,
                put(rig, other, sequenceIs(first.sequence() + 1)));
        rig.assertHolds("h", old);
        assertEquals(objects, rig.liveObjects(), "nothing is left of the refused ones");
        BlobInfo second = BlobRig.stored(put(rig, other, sequenceIs(first.sequence())));
        rig.assertHolds("h", other);
        assertEquals(DeleteOutcome.PRECONDITION_FAILED, delete(rig, sequenceIs(first.sequence())));
        rig.assertHolds("h", other);
        assertEquals(DeleteOutcome.DELETED, delete(rig, sequenceIs(second.sequence())));
        assertEquals(DeleteOutcome.MISSING, delete(rig, WriteCondition.ALWAYS));
        assertEquals(DeleteOutcome.PRECONDITION_FAILED, delete(rig, Optional::isPresent));
        rig.assertEmpty();
    }

    @Test
    @DisplayName("a condition sees the whole description of what is published")
    void whatConditionsSee() {
        BlobRig rig = rigs.small();
        BlobInfo stored = rig.store("h", BlobContent.RANDOM.of(3_000_000, 1));
        List<Optional<BlobInfo>> seen = new ArrayList<>();
        WriteCondition spy =
                published -> {
                    seen.add(published);
                    return false;
                };
        put(rig, new byte[1], spy);
        assertEquals(List.of(Optional.of(stored)), seen);
    }

    @Test
    @DisplayName("a condition that throws holds nobody up, and leaves nothing")
    void throwing() {
        BlobRig rig = rigs.small();
        byte[] old = BlobContent.RANDOM.of(70_000, 1);
        rig.store("h", old);
        long objects = rig.liveObjects();
        IllegalStateException thrown = new IllegalStateException("on purpose");
        WriteCondition broken =
                published -> {
                    throw thrown;
                };
        assertSame(
                thrown,
                assertThrows(IllegalStateException.class, () -> put(rig, new byte[100], broken)));
        assertSame(thrown, assertThrows(IllegalStateException.class, () -> delete(rig, broken)));
        assertEquals(objects, rig.liveObjects());
        rig.assertHolds("h", old);
        rig.store("h", new byte[] {1});
        assertEquals(DeleteOutcome.DELETED, rig.delete("h"));
        rig.assertEmpty();
    }

    @Test
    @DisplayName("an answer that throws holds nobody up")
    void throwingAnswer() {
        BlobRig rig = rigs.small();
        IllegalStateException thrown = new IllegalStateException("on purpose");
        BlobWrite write = rig.pool().beginWrite("h", BlobAttributes.NONE, 0);
        assertEquals(AppendOutcome.READY, write.begin(() -> {}));
        assertSame(
                thrown,
                assertThrows(
                        IllegalStateException.class,
                        () ->
                                write.commit(answer -> {
                                    // A write from within the answer comes behind it.
                                    rig.pool().delete("h", WriteCondition.ALWAYS, outcome -> {});
                                    throw thrown;
                                })));
        rig.assertEmpty();
        rig.store("h", new byte[] {1});
        rig.delete("h");
        rig.assertEmpty();
    }
}
