package dev.zspool.persist;

import java.io.IOException;
import java.util.Optional;

/// Looks at the files of a journal before the database does, which would repair by forgetting.
final class FirstLook {
    private FirstLook() {}

    /// Whether the end of the log is torn, as after a power cut; nothing that was acknowledged was
    /// there.
    ///
    /// @throws JournalException when something in the middle is damaged
    static boolean isTorn(DataDirectory directory) throws IOException {
        Optional<String> manifest = ManifestScan.damage(directory.journal());
        if (manifest.isPresent()) {
            throw new JournalException(
                    JournalException.Reason.FAILED,
                    "The manifest of the journal is damaged in the middle ("
                            + manifest.get()
                            + "): starting would delete the files that it tells of behind the"
                            + " damage. Look at the disk, then restore a snapshot with `./zspool"
                            + " restore`.");
        }
        WalScan.Result log = WalScan.of(directory.journal());
        String place = log.damage().orElse("");
        if (log.isInTheMiddle()) {
            throw new JournalException(
                    JournalException.Reason.FAILED,
                    "The log of the journal is damaged in the middle ("
                            + place
                            + "): starting would"
                            + " drop acknowledged writes behind the damage. Look at the disk, then"
                            + " restore a snapshot with `./zspool restore`, or remove the log file"
                            + " to go on without those writes.");
        }
        if (log.damage().isPresent()) {
            System.getLogger(FirstLook.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "The end of the log is torn ({0}) and is dropped: after a power cut"
                                    + " that is a write that was never acknowledged; if there was"
                                    + " none, look at the disk.",
                            place);
        }
        return log.damage().isPresent();
    }
}
