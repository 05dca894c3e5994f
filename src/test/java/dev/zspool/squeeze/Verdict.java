package dev.zspool.squeeze;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/// What was answered how often, and what should not have been. Any thread may tell it.
final class Verdict {
    private static final int MOST_FINDINGS = 20;

    private final Map<String, LongAdder> answers = new ConcurrentSkipListMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final List<String> findings = new ArrayList<>();

    void answered(String what, int status) {
        answers.computeIfAbsent(what + " " + status, _ -> new LongAdder()).increment();
    }

    long count(String what, int status) {
        LongAdder count = answers.get(what + " " + status);
        return count == null ? 0 : count.sum();
    }

    void isWrong(String what) {
        lock.lock();
        try {
            if (findings.size() < MOST_FINDINGS) {
                findings.add(what);
            }
        } finally {
            lock.unlock();
        }
    }

    List<String> findings() {
        lock.lock();
        try {
            return List.copyOf(findings);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return answers.toString();
    }
}
