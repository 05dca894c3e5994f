package dev.zspool.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.Map;
import org.openqa.selenium.chrome.ChromeDriver;

/// What the browser holds of a page, rubbish aside.
///
/// @param heapBytes what the objects of its scripts take
/// @param nodes of the document, and those that something still holds
/// @param listeners of events
record BrowserMemory(long heapBytes, long nodes, long listeners) {
    /// What a collection finds of nodes can depend on what the one before has finished.
    private static final int COLLECTIONS = 3;

    /// Collects rubbish, then counts.
    static BrowserMemory of(ChromeDriver driver) {
        driver.executeCdpCommand("Performance.enable", Map.of());
        for (int at = 0; at < COLLECTIONS; at++) {
            driver.executeCdpCommand("HeapProfiler.collectGarbage", Map.of());
            // What waits for a frame, or for nothing to do, is let go of meanwhile. Not by the
            // driver's own way to run scripts that take a while, whose text the page keeps.
            driver.executeCdpCommand(
                    "Runtime.evaluate",
                    Map.of(
                            "expression",
                            "new Promise((done) => requestAnimationFrame(() =>"
                                    + " requestIdleCallback(() => done(0))))",
                            "awaitPromise",
                            true));
        }
        Map<String, Long> metrics = new HashMap<>();
        JsonNode told =
                new ObjectMapper()
                        .valueToTree(driver.executeCdpCommand("Performance.getMetrics", Map.of()));
        for (JsonNode metric : told.path("metrics")) {
            metrics.put(metric.path("name").asText(), metric.path("value").asLong());
        }
        return new BrowserMemory(
                metrics.getOrDefault("JSHeapUsedSize", 0L),
                metrics.getOrDefault("Nodes", 0L),
                metrics.getOrDefault("JSEventListeners", 0L));
    }
}
