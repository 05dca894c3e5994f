package dev.zspool.persist;

import java.nio.file.Path;

/// A copy of everything at one moment.
///
/// @param directory where it lies, absolute
/// @param lastSequence the greatest sequence in it
/// @param fileBytes the files' sizes; those that did not change since are shared with the journal
public record Snapshot(Path directory, long lastSequence, long fileBytes) {}
