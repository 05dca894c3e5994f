package dev.zspool.os;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class PressureTriggerTest {
    private static final long LONG_MILLIS = 60_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir private Path root;
    private KernelTree tree;
    private final AtomicLong nanos = new AtomicLong();

    @BeforeEach
    void make() {
        tree = new KernelTree(root);
    }

    private PressureTrigger arm(Map<String, String> environment) {
        return PressureTrigger.arm(root, environment, nanos::get);
    }

    private PressureTrigger watch(String path) {
        return arm(Map.of("MEMORY_PRESSURE_WATCH", path));
    }

    private Path fifo() throws IOException, InterruptedException {
        Path fifo = root.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        return fifo;
    }

    private static void tell(Path fifo) throws IOException {
        Files.write(fifo, new byte[] {1, 2, 3}, StandardOpenOption.WRITE);
    }

    private void passMillis(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Test
    @DisplayName("without anything it only waits, and says why")
    void none() {
        try (PressureTrigger trigger = arm(Map.of())) {
            assertEquals(TriggerKind.NONE, trigger.kind());
            assertEquals(WakeUp.TIMEOUT, trigger.await(1));
            assertEquals(WakeUp.TIMEOUT, trigger.await(-5));
            String words = trigger.describe();
            assertTrue(words.contains("MEMORY_PRESSURE_WATCH: not set"), words);
            assertTrue(words.contains("memory.pressure: no cgroup v2"), words);
            assertTrue(words.contains("proc/pressure/memory: ENOENT"), words);
            assertTrue(words.contains("memory.pressure_level: no cgroup v1"), words);
        }
    }

    @Test
    @DisplayName("a FIFO of the service manager wakes, at most every 100 ms, and is read away")
    void fifoWakes() throws IOException, InterruptedException {
        Path fifo = fifo();
        try (PressureTrigger trigger = watch("/fifo")) {
            assertEquals(TriggerKind.SERVICE_MANAGER, trigger.kind(), trigger::describe);
            assertEquals(WakeUp.TIMEOUT, trigger.await(0));
            tell(fifo);
            assertEquals(WakeUp.PRESSURE, trigger.await(LONG_MILLIS));
            tell(fifo);
            passMillis(99);
            assertEquals(WakeUp.TIMEOUT, trigger.await(1));
            passMillis(1);
            assertEquals(WakeUp.PRESSURE, trigger.await(LONG_MILLIS));
            passMillis(100);
            assertEquals(WakeUp.TIMEOUT, trigger.await(1));
        }
    }

    @Test
    @DisplayName("a wait that is longer than the quiet time wakes when that is over")
    void quietEnds() throws IOException, InterruptedException {
        Path fifo = fifo();
        try (PressureTrigger trigger = watch("/fifo")) {
            tell(fifo);
            assertEquals(WakeUp.PRESSURE, trigger.await(LONG_MILLIS));
            tell(fifo);
            assertEquals(WakeUp.PRESSURE, trigger.await(LONG_MILLIS));
        }
    }

    @Test
    @DisplayName(
            "a socket of the service manager gets the payload, wakes, and its end is told once")
    void socket() throws IOException {
        byte[] payload = {'s', 'o', 0, 'm', -1};
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(root.resolve("socket")));
            Map<String, String> environment =
                    Map.of(
                            "MEMORY_PRESSURE_WATCH",
                            "/socket",
                            "MEMORY_PRESSURE_WRITE",
                            Base64.getEncoder().encodeToString(payload));
            try (PressureTrigger trigger = arm(environment);
                    SocketChannel manager = server.accept()) {
                assertEquals(TriggerKind.SERVICE_MANAGER, trigger.kind(), trigger::describe);
                ByteBuffer got = ByteBuffer.allocate(payload.length);
                while (got.hasRemaining()) {
                    assertTrue(manager.read(got) > 0);
                }
                assertArrayEquals(payload, got.array());
                manager.write(ByteBuffer.wrap(new byte[] {1}));
                assertEquals(WakeUp.PRESSURE, trigger.await(LONG_MILLIS));
                manager.shutdownOutput();
                passMillis(100);
                assertEquals(WakeUp.GONE, trigger.await(LONG_MILLIS));
                assertEquals(TriggerKind.NONE, trigger.kind());
                assertTrue(trigger.describe().endsWith("is gone"), trigger.describe());
                assertEquals(WakeUp.TIMEOUT, trigger.await(1));
            }
        }
    }

    @Test
    @DisplayName("a regular file of the service manager gets the payload and is polled")
    void regularFile() throws IOException {
        tree.file("pressure", "xxxxxxxxxxxxxxxx");
        Map<String, String> environment =
                Map.of(
                        "MEMORY_PRESSURE_WATCH",
                        "/pressure",
                        "MEMORY_PRESSURE_WRITE",
                        Base64.getEncoder().encodeToString("some 1 2\0".getBytes(US_ASCII)));
        try (PressureTrigger trigger = arm(environment)) {
            assertEquals(TriggerKind.SERVICE_MANAGER, trigger.kind());
            assertEquals("some 1 2\0xxxxxxx", Files.readString(tree.path("pressure")));
            assertEquals(WakeUp.TIMEOUT, trigger.await(1));
        }
    }

    @Test
    @DisplayName("a regular file without a payload is only polled")
    void regularFileWithoutPayload() throws IOException {
        tree.file("pressure", "as it was");
        try (PressureTrigger trigger = watch("/pressure")) {
            assertEquals(TriggerKind.SERVICE_MANAGER, trigger.kind());
            assertEquals("as it was", Files.readString(tree.path("pressure")));
        }
    }

    @Test
    @DisplayName("/dev/null turns it off, also where another one could be had")
    void off() {
        tree.file("proc/pressure/memory", KernelTree.pressure(0, 0));
        try (PressureTrigger trigger = watch("/dev/null")) {
            assertEquals(TriggerKind.NONE, trigger.kind());
            assertEquals("none: MEMORY_PRESSURE_WATCH turns it off", trigger.describe());
        }
    }

    @ParameterizedTest(name = "{0} with {1}")
    @CsvSource({
        "relative, '', MEMORY_PRESSURE_WATCH: no absolute path: relative",
        "/missing, '', MEMORY_PRESSURE_WATCH: cannot be looked at: /missing",
        "/proc/self/statm, %%%, MEMORY_PRESSURE_WRITE: no base64",
        "/listens-no-more, '', ECONNREFUSED",
    })
    @DisplayName("what the service manager says wrongly is said, and the next one is taken")
    void wrongly(String watch, String write, String words) throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(root.resolve("listens-no-more")));
        }
        tree.file("proc/pressure/memory", KernelTree.pressure(0, 0));
        try (PressureTrigger trigger =
                arm(Map.of("MEMORY_PRESSURE_WATCH", watch, "MEMORY_PRESSURE_WRITE", write))) {
            assertEquals(TriggerKind.HOST_PRESSURE, trigger.kind());
            assertTrue(trigger.describe().contains(words), trigger.describe());
        }
    }

    @Test
    @DisplayName("the own cgroup's pressure is taken before the machine's, with a window of 2 s")
    void ownCgroup() throws IOException {
        tree.unified("/").files("sys/fs/cgroup", KernelTree.unifiedLevel("max", "max", 1, 0));
        tree.file("proc/pressure/memory", KernelTree.pressure(0, 0));
        try (PressureTrigger trigger = arm(Map.of())) {
            assertEquals(TriggerKind.CGROUP_PRESSURE, trigger.kind());
            String written = Files.readString(tree.path("sys/fs/cgroup/memory.pressure"));
            assertTrue(written.startsWith("some 150000 2000000\0"), written);
        }
    }

    @Test
    @DisplayName("in cgroup v1 an eventfd is registered for low pressure")
    void legacy() throws IOException {
        tree.legacy("/a").files("sys/fs/cgroup/memory/a", KernelTree.legacyLevel(1, 1, 1, 0));
        tree.file("sys/fs/cgroup/memory/a/memory.pressure_level", "");
        tree.file("sys/fs/cgroup/memory/a/cgroup.event_control", "");
        try (PressureTrigger trigger = arm(Map.of())) {
            assertEquals(TriggerKind.CGROUP_RECLAIM, trigger.kind(), trigger::describe);
            String written =
                    Files.readString(tree.path("sys/fs/cgroup/memory/a/cgroup.event_control"));
            assertTrue(written.matches("\\d+ \\d+ low"), written);
            assertEquals(WakeUp.TIMEOUT, trigger.await(1));
        }
    }

    @Test
    @DisplayName("in cgroup v1 without the right to register it only waits")
    void legacyReadOnly() {
        tree.legacy("/a").files("sys/fs/cgroup/memory/a", KernelTree.legacyLevel(1, 1, 1, 0));
        tree.file("sys/fs/cgroup/memory/a/memory.pressure_level", "");
        try (PressureTrigger trigger = arm(Map.of())) {
            assertEquals(TriggerKind.NONE, trigger.kind());
            assertTrue(trigger.describe().contains("memory.pressure_level: ENOENT"));
        }
    }

    @Test
    @DisplayName("close ends a wait in another thread")
    void closeEndsWait() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        PressureTrigger trigger =
                PressureTrigger.arm(
                        root,
                        Map.of(),
                        () -> {
                            waits.countDown();
                            return 0;
                        });
        CompletableFuture<WakeUp> woken =
                CompletableFuture.supplyAsync(() -> trigger.await(10 * LONG_MILLIS));
        waits.await();
        trigger.close();
        assertEquals(WakeUp.GONE, woken.get(LONG_MILLIS, TimeUnit.MILLISECONDS));
        assertEquals(WakeUp.GONE, trigger.await(LONG_MILLIS));
        trigger.close();
    }

    @Test
    @DisplayName("two threads that wait are the caller's mistake")
    void oneWaiter() throws Exception {
        CountDownLatch isIn = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        PressureTrigger trigger =
                PressureTrigger.arm(
                        root,
                        Map.of(),
                        () -> {
                            isIn.countDown();
                            try {
                                mayGoOn.await();
                            } catch (InterruptedException stopped) {
                                Thread.currentThread().interrupt();
                            }
                            return 0;
                        });
        CompletableFuture<WakeUp> first = CompletableFuture.supplyAsync(() -> trigger.await(0));
        isIn.await();
        assertThrows(IllegalStateException.class, () -> trigger.await(0));
        trigger.close();
        mayGoOn.countDown();
        assertEquals(WakeUp.GONE, first.get(LONG_MILLIS, TimeUnit.MILLISECONDS));
    }

    @Test
    @DisplayName("waiting makes no object, and neither does waking")
    void allocatesNothing() throws IOException, InterruptedException {
        Path fifo = fifo();
        try (PressureTrigger trigger = watch("/fifo")) {
            for (int i = 0; i < 20_000; i++) {
                trigger.await(0);
            }
            long least = Long.MAX_VALUE;
            for (int attempt = 0; attempt < 5; attempt++) {
                tell(fifo);
                passMillis(100);
                long before = THREADS.getCurrentThreadAllocatedBytes();
                WakeUp first = trigger.await(0);
                for (int i = 0; i < 1000; i++) {
                    trigger.await(0);
                }
                least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
                assertEquals(WakeUp.PRESSURE, first);
            }
            assertEquals(0, least);
        }
    }

    @Test
    @DisplayName("this machine: whatever is armed waits and closes")
    void real() {
        try (PressureTrigger trigger =
                PressureTrigger.arm(Path.of("/"), Map.of(), System::nanoTime)) {
            assertNotEquals(WakeUp.GONE, trigger.await(1), trigger::describe);
        }
    }
}
