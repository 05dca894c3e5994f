package dev.zspool.os;

import java.lang.foreign.MemorySegment;

/// What a request for address space came to.
public sealed interface MapResult {
    /// The range is there. It reads as zeros and is not backed until it is touched.
    ///
    /// @param segment the range; it stays valid for the life of the process unless it is unmapped
    record Mapped(MemorySegment segment) implements MapResult {}

    /// The kernel refused.
    ///
    /// @param errno why: `ENOMEM` for too little address space or a strict overcommit limit
    record Refused(Errno errno) implements MapResult {}
}
