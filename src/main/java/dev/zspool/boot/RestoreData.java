package dev.zspool.boot;

import dev.zspool.persist.JournalException;
import dev.zspool.persist.JournalRestore;
import dev.zspool.persist.RocksJournalOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `./zspool restore SNAPSHOT [DIRECTORY] [--pool=NAME] [--force]`: restores a snapshot into a data
/// directory that no process uses, and verifies what came of it.
///
/// Ends with 1 when what was restored is damaged, with 2 when it was not restored.
final class RestoreData {
    private static final int NOT_RESTORED = 2;
    private static final String POOL = "--pool=";

    private RestoreData() {}

    /// The entry point.
    public static void main(String[] arguments) {
        int status = restore(arguments);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int restore(String... arguments) {
        List<String> places = new ArrayList<>();
        String pool = "";
        boolean isForced = false;
        for (String argument : arguments) {
            if (argument.startsWith(POOL)) {
                pool = argument.substring(POOL.length());
            } else if (argument.equals("--force")) {
                isForced = true;
            } else if (argument.startsWith("-")) {
                System.err.println("unknown option " + argument);
                return NOT_RESTORED;
            } else {
                places.add(argument);
            }
        }
        if (places.isEmpty() || places.size() > 2) {
            System.err.println("usage: restore SNAPSHOT [DIRECTORY] [--pool=NAME] [--force]");
            return NOT_RESTORED;
        }
        Path root = Path.of(places.size() > 1 ? places.get(1) : "data");
        try {
            restore(Path.of(places.get(0)), root, pool, isForced);
        } catch (JournalException failed) {
            System.err.println(failed.getMessage());
            return NOT_RESTORED;
        }
        return VerifyData.verify(root);
    }

    private static void restore(Path snapshot, Path root, String pool, boolean isForced) {
        if (pool.isEmpty()) {
            JournalRestore.everything(snapshot, root, isForced);
            return;
        }
        RocksJournalOptions options =
                new RocksJournalOptions(
                        root,
                        RocksJournalOptions.DEFAULT_NATIVE_BYTES,
                        0,
                        System::nanoTime,
                        task -> Thread.ofPlatform().name("restore").daemon().unstarted(task));
        System.out.println(
                JournalRestore.pool(snapshot, pool, options, isForced) + " blobs restored");
    }
}
