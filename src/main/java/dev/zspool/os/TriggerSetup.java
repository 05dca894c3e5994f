package dev.zspool.os;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Tries the triggers, the best one first, and notes why each of them could not be had.
final class TriggerSetup {
    static final String WATCH = "MEMORY_PRESSURE_WATCH";
    static final String WRITE = "MEMORY_PRESSURE_WRITE";

    /// Some thread waits for memory for 150 of 2000 ms. Who lacks `CAP_SYS_RESOURCE` may only have
    /// windows that are multiples of two seconds. The kernel takes the last byte for the end.
    static final String STALL = "some 150000 2000000\0";

    private static final String OFF = "/dev/null";
    private static final int TYPE_MASK = 0xF000;
    private static final int SOCKET = 0xC000;
    private static final int FIFO = 0x1000;

    private final TriggerCalls calls;
    private final Path root;
    private final List<String> refusals = new ArrayList<>();

    TriggerSetup(TriggerCalls calls, Path root) {
        this.calls = calls;
        this.root = root;
    }

    /// The first one that can be had.
    ///
    /// @param environment of the process; two variables of it count
    ArmedTrigger arm(Map<String, String> environment) {
        String watch = environment.getOrDefault(WATCH, "");
        if (watch.equals(OFF)) {
            return ArmedTrigger.none("none: " + WATCH + " turns it off");
        }
        CgroupView view = CgroupView.find(root);
        return manager(watch, Optional.ofNullable(environment.get(WRITE)))
                .or(() -> ownStall(view))
                .or(() -> stall(TriggerKind.HOST_PRESSURE, root.resolve("proc/pressure/memory")))
                .or(() -> reclaim(view))
                .orElseGet(() -> ArmedTrigger.none("none, sampling alone" + why()));
    }

    /// The protocol of systemd's `MEMORY_PRESSURE.md`: a regular file is polled for `POLLPRI`, a
    /// FIFO and a socket for `POLLIN`; what is to be written first comes in base64, or not at all.
    private Optional<ArmedTrigger> manager(String watch, Optional<String> encoded) {
        if (watch.isEmpty()) {
            return refused(WATCH, "not set");
        }
        if (!watch.startsWith("/")) {
            return refused(WATCH, "no absolute path: " + watch);
        }
        Path path;
        byte[] payload;
        int type;
        try {
            path = root.resolve(watch.substring(1));
            payload = Base64.getDecoder().decode(encoded.orElse(""));
            type = (int) Files.getAttribute(path, "unix:mode") & TYPE_MASK;
        } catch (IllegalArgumentException damaged) {
            boolean isPath = damaged instanceof InvalidPathException;
            return refused(isPath ? WATCH : WRITE, isPath ? "no path" : "no base64");
        } catch (IOException absent) {
            return refused(WATCH, "cannot be looked at: " + watch);
        }
        int fd = type == SOCKET ? calls.connect(path) : openWatched(path, type, payload);
        if (fd < 0) {
            return failed(path, fd);
        }
        int written = payload.length == 0 ? 0 : calls.write(fd, payload);
        if (written < 0) {
            calls.close(fd);
            return failed(path, written);
        }
        boolean isStream = type == SOCKET || type == FIFO;
        int wanted = isStream ? ArmedTrigger.POLLIN : ArmedTrigger.POLLPRI;
        return armed(TriggerKind.SERVICE_MANAGER, path, fd, wanted, ArmedTrigger.NO_FD);
    }

    private int openWatched(Path path, int type, byte[] payload) {
        // A FIFO that we could write to ourselves never ends.
        int fd =
                type == FIFO || payload.length > 0
                        ? calls.open(path, TriggerCalls.O_RDWR)
                        : calls.open(path, TriggerCalls.O_RDONLY);
        return fd < 0 && payload.length == 0 ? calls.open(path, TriggerCalls.O_RDONLY) : fd;
    }

    private Optional<ArmedTrigger> ownStall(CgroupView view) {
        return view.pressureDirectory()
                .map(own -> stall(TriggerKind.CGROUP_PRESSURE, own.resolve("memory.pressure")))
                .orElseGet(() -> refused("memory.pressure", "no cgroup v2"));
    }

    private Optional<ArmedTrigger> stall(TriggerKind kind, Path path) {
        int fd = calls.open(path, TriggerCalls.O_RDWR);
        if (fd < 0) {
            return failed(path, fd);
        }
        int written = calls.write(fd, STALL.getBytes(StandardCharsets.US_ASCII));
        if (written < 0) {
            calls.close(fd);
            return failed(path, written);
        }
        return armed(kind, path, fd, ArmedTrigger.POLLPRI, ArmedTrigger.NO_FD);
    }

    private Optional<ArmedTrigger> reclaim(CgroupView view) {
        if (view.isUnified() || view.levels().isEmpty()) {
            return refused("memory.pressure_level", "no cgroup v1");
        }
        Path own = view.levels().getFirst();
        int events = calls.eventFd();
        int level = calls.open(own.resolve("memory.pressure_level"), TriggerCalls.O_RDONLY);
        int control = calls.open(own.resolve("cgroup.event_control"), TriggerCalls.O_WRONLY);
        int witness = calls.open(own.resolve("memory.usage_in_bytes"), TriggerCalls.O_RDONLY);
        int least = Math.min(Math.min(events, level), Math.min(control, witness));
        if (least >= 0) {
            String registration = events + " " + level + " low";
            least = calls.write(control, registration.getBytes(StandardCharsets.US_ASCII));
        }
        calls.close(level);
        calls.close(control);
        if (least < 0) {
            calls.close(events);
            calls.close(witness);
            return failed(own.resolve("memory.pressure_level"), least);
        }
        return armed(TriggerKind.CGROUP_RECLAIM, own, events, ArmedTrigger.POLLIN, witness);
    }

    private Optional<ArmedTrigger> armed(
            TriggerKind kind, Path path, int fd, int wanted, int witness) {
        String words = kind + " on " + path + why();
        return Optional.of(new ArmedTrigger(kind, words, fd, wanted, witness));
    }

    private Optional<ArmedTrigger> failed(Path path, int negativeErrno) {
        return refused(path.toString(), Errno.of(-negativeErrno).name());
    }

    private Optional<ArmedTrigger> refused(String what, String why) {
        refusals.add(what + ": " + why);
        return Optional.empty();
    }

    private String why() {
        return refusals.isEmpty() ? "" : " (" + String.join("; ", refusals) + ")";
    }
}
