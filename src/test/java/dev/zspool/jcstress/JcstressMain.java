package dev.zspool.jcstress;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.grading.ReportUtils;

/// Runs the memory-model tests, and fails when a forbidden outcome was seen, and also when a
/// weakened test did not show its mistake: then the tests beside it prove nothing.
///
/// Arguments are options of jcstress and replace the defaults below, e.g. `-time 5000` or `-t
/// MoveRaces`. Reports go to the working directory.
public final class JcstressMain {
    private static final String WEAKENED = "Weakened";

    private JcstressMain() {}

    /// Runs them.
    ///
    /// @throws IllegalStateException when a test failed
    public static void main(String[] arguments) throws Exception {
        Verdict verdict = new Verdict();
        Map<String, String> options = withDefaults(arguments);
        run(options, verdict);
        // On a machine with much else to do the two sides of a race may hardly have met.
        for (int time = 1000; time <= 4000 && !verdict.notShown.isEmpty(); time *= 2) {
            options.put("-t", "^(" + String.join("|", verdict.notShown) + ")$");
            options.put("-time", Integer.toString(time));
            verdict.notShown.clear();
            run(options, verdict);
        }
        for (String name : verdict.notShown) {
            verdict.failures.add(name + " did not show its mistake");
        }
        if (!verdict.failures.isEmpty()) {
            throw new IllegalStateException(
                    "memory-model tests failed:\n  " + String.join("\n  ", verdict.failures));
        }
        System.out.println("All memory-model tests are as they must be.");
    }

    private static void run(Map<String, String> arguments, Verdict verdict) throws Exception {
        List<String> words = new ArrayList<>();
        arguments.forEach((option, value) -> {
            words.add(option);
            words.add(value);
        });
        Options options = new Options(words.toArray(String[]::new));
        if (!options.parse()) {
            throw new IllegalArgumentException(words.toString());
        }
        JCStress jcstress = new JCStress(options);
        SortedSet<String> missing = new TreeSet<>(jcstress.getTests());
        try {
            jcstress.run();
        } catch (AssertionError seen) {
            verdict.failures.add("jcstress says: " + seen.getMessage());
        }
        for (TestResult result : readResults(options.getResultFile())) {
            missing.remove(result.getName());
            verdict.add(result);
        }
        for (String name : missing) {
            verdict.failures.add(name + " did not run; it needs two CPUs");
        }
    }

    /// The defaults, with the options of the command line in their place.
    private static Map<String, String> withDefaults(String[] arguments) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("-t", "dev\\.zspool\\.jcstress");
        options.put("-r", "report");
        // What makes the races: time, and few states at once, each with a pool of its own.
        options.put("-iters", "4");
        options.put("-time", "100");
        options.put("-strideSize", "8");
        options.put("-strideCount", "8");
        // Busy waiting on a machine with other work, or with two CPUs, gets a hundredth done.
        options.put("-spinStyle", "THREAD_YIELD");
        // One fork with each set of compiler flags that jcstress knows for this JVM.
        options.put("-f", "1");
        options.put("-fsm", "1");
        // All compilers take part, since an iteration is long enough for each of them.
        options.put("-sc", "false");
        options.put("-af", "NONE");
        options.put("-hs", "256");
        options.put("-pth", "false");
        options.put(
                "-jvmArgsPrepend",
                "--enable-native-access=ALL-UNNAMED --illegal-native-access=deny -ea");
        if (arguments.length % 2 != 0) {
            throw new IllegalArgumentException("options with a value each, please");
        }
        for (int i = 0; i < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        return options;
    }

    private static Collection<TestResult> readResults(String file) throws Exception {
        InProcessCollector collector = new InProcessCollector();
        DiskReadCollector reader = new DiskReadCollector(file, collector);
        reader.dump();
        reader.close();
        Files.delete(Path.of(file));
        return ReportUtils.mergedByName(collector.getTestResults());
    }

    /// What is wrong so far.
    private static final class Verdict {
        private final List<String> failures = new ArrayList<>();

        /// Weakened tests whose mistake was not seen yet.
        private final List<String> notShown = new ArrayList<>();

        void add(TestResult result) {
            String name = result.getName();
            System.out.println(name + ": " + outcomes(result));
            boolean weakened = name.endsWith(WEAKENED);
            boolean shown = result.grading().hasInteresting;
            if (!ReportUtils.statusToPassed(result) || !result.grading().isPassed) {
                failures.add(name + " failed: " + result.grading().failureMessages);
            } else if (weakened && !shown) {
                notShown.add(name);
            } else if (!weakened && shown) {
                failures.add(name + " shows a mistake");
            }
        }
    }

    private static Map<String, Long> outcomes(TestResult result) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (String outcome : new TreeSet<>(result.getStateKeys())) {
            counts.put(outcome, result.getCount(outcome));
        }
        return counts;
    }
}
