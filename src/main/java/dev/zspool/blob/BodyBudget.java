package dev.zspool.blob;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

/// A hard bound of the heap that bodies under way may take, first come, first served.
///
/// A write asks once for all that it will need, so that two of them can never wait for each other.
/// Thread-safe; its lock is a leaf.
final class BodyBudget {
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Queue<Claim> waiting = new ArrayDeque<>();

    @GuardedBy("lock")
    private long freeBytes;

    @GuardedBy("lock")
    private WriteAdmission admission = WriteAdmission.OPEN;

    /// Claims that had to wait because nobody was let in.
    @GuardedBy("lock")
    private long pausedClaims;

    @GuardedBy("lock")
    private long refusedClaims;

    private final long totalBytes;

    /// What a write has been promised, or waits for.
    static final class Claim {
        private final long bytes;
        private final Runnable granted;

        /// Guarded by the budget's lock.
        private boolean isGranted;

        /// Guarded by the budget's lock.
        private boolean isReleased;

        Claim(long bytes, Runnable granted) {
            this.bytes = bytes;
            this.granted = granted;
        }

        long bytes() {
            return bytes;
        }
    }

    BodyBudget(long totalBytes) {
        this.totalBytes = totalBytes;
        this.freeBytes = totalBytes;
    }

    /// Asks for a part of the budget.
    ///
    /// @return true when it is granted at once; else the claim's callback will run when it is
    /// @throws IllegalArgumentException for more than there is in all
    boolean request(Claim claim) {
        if (claim.bytes > totalBytes) {
            throw new IllegalArgumentException(
                    "bytes=" + claim.bytes + " is more than the budget of " + totalBytes);
        }
        lock.lock();
        try {
            if (admission == WriteAdmission.OPEN && waiting.isEmpty() && claim.bytes <= freeBytes) {
                freeBytes -= claim.bytes;
                claim.isGranted = true;
                return true;
            }
            waiting.add(claim);
            pausedClaims += admission == WriteAdmission.OPEN ? 0 : 1;
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Ends a claim, granted or still waiting. More than once does nothing more.
    void release(Claim claim) {
        List<Claim> next = new ArrayList<>();
        lock.lock();
        try {
            if (claim.isReleased) {
                return;
            }
            claim.isReleased = true;
            if (claim.isGranted) {
                freeBytes += claim.bytes;
            } else {
                waiting.remove(claim);
            }
            grantLocked(next);
        } finally {
            lock.unlock();
        }
        tell(next);
    }

    /// Moves those at the head of the queue into a list for whom there is room.
    @GuardedBy("lock")
    private void grantLocked(List<Claim> next) {
        Claim first = waiting.peek();
        while (admission == WriteAdmission.OPEN && first != null && first.bytes <= freeBytes) {
            waiting.remove();
            freeBytes -= first.bytes;
            first.isGranted = true;
            next.add(first);
            first = waiting.peek();
        }
    }

    private static void tell(List<Claim> next) {
        // Also behind one that throws or that releases its own at once.
        TaskChain.run(() -> next.forEach(granted -> TaskChain.run(granted.granted)));
    }

    /// Says whether claims are granted from now on. Those that are, stay so.
    void admit(WriteAdmission next) {
        List<Claim> granted = new ArrayList<>();
        lock.lock();
        try {
            boolean isPausing = admission == WriteAdmission.OPEN && next != WriteAdmission.OPEN;
            pausedClaims += isPausing ? waiting.size() : 0;
            admission = next;
            grantLocked(granted);
        } finally {
            lock.unlock();
        }
        tell(granted);
    }

    WriteAdmission admission() {
        lock.lock();
        try {
            return admission;
        } finally {
            lock.unlock();
        }
    }

    /// Whether nobody may even wait; whoever asks is counted as refused then.
    boolean refuses() {
        lock.lock();
        try {
            boolean refuses = admission == WriteAdmission.REFUSE;
            refusedClaims += refuses ? 1 : 0;
            return refuses;
        } finally {
            lock.unlock();
        }
    }

    /// How many claims had to wait to be admitted, since the start.
    long pausedClaims() {
        lock.lock();
        try {
            return pausedClaims;
        } finally {
            lock.unlock();
        }
    }

    /// How many were refused, since the start.
    long refusedClaims() {
        lock.lock();
        try {
            return refusedClaims;
        } finally {
            lock.unlock();
        }
    }

    /// How many wait, be it for room or to be admitted.
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    long usedBytes() {
        lock.lock();
        try {
            return totalBytes - freeBytes;
        } finally {
            lock.unlock();
        }
    }
}
