package dev.zspool.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.zspool.persist.JournalState;
import dev.zspool.testkit.HeapJournal;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What operators see of a journal, in all its states.
final class JournalObserveTest {

    @Test
    void everyMeterHasADescriptionAndAValue() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (HeapJournal journal = new HeapJournal()) {
            JournalMeters.bind(journal, registry);
            List<Meter> meters = registry.getMeters();
            assertEquals(12 + JournalState.values().length, meters.size());
            for (Meter meter : meters) {
                assertFalse(String.valueOf(meter.getId().getDescription()).isEmpty());
                meter.measure()
                        .forEach(measured ->
                                assertTrue(measured.getValue() >= 0, meter.getId().toString()));
            }
            assertEquals(1, state(registry, "open"));
            assertEquals(0, state(registry, "disk_full"));
            assertEquals(0, state(registry, "failed"));
        }
        assertEquals(0, state(registry, "open"));
        assertEquals(1, state(registry, "closed"));
    }

    private static double state(SimpleMeterRegistry registry, String name) {
        return registry.get("zspool.journal.state").tag("state", name).gauge().value();
    }
}
