package dev.zspool.os;

/// A descriptor that becomes ready when memory is short.
///
/// @param words which one it is and why no better one, for a log line
/// @param fd negative for none
/// @param wanted what to poll for: {@link #POLLIN} or {@link #POLLPRI}
/// @param witness a file of the same cgroup, which cannot be read any more when that was removed;
///   negative for none
record ArmedTrigger(TriggerKind kind, String words, int fd, int wanted, int witness) {
    static final int POLLIN = 0x1;
    static final int POLLPRI = 0x2;
    static final int NO_FD = -1;

    /// Only waits.
    static ArmedTrigger none(String words) {
        return new ArmedTrigger(TriggerKind.NONE, words, NO_FD, 0, NO_FD);
    }

    /// Whether what makes it ready has to be read away.
    boolean isDrained() {
        return wanted == POLLIN;
    }
}
