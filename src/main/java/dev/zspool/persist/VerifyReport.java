package dev.zspool.persist;

import java.util.List;

/// What {@link JournalVerify} found.
///
/// @param pools how many there are
/// @param blobs that were looked at, the damaged ones included
/// @param pieces that were read
/// @param findings a sentence for each thing that is wrong, the first thousand of them
/// @param findingCount how many there are
public record VerifyReport(
        int pools, long blobs, long pieces, List<String> findings, long findingCount) {
    public VerifyReport {
        findings = List.copyOf(findings);
    }

    /// Whether nothing is wrong.
    public boolean isSound() {
        return findingCount == 0;
    }
}
