package dev.zspool.jcstress;

import java.util.ArrayList;
import java.util.Arrays;
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
        Options options = new Options(withDefaults(arguments));
        if (!options.parse()) {
            throw new IllegalArgumentException(Arrays.toString(arguments));
        }
        JCStress jcstress = new JCStress(options);
        SortedSet<String> expected = jcstress.getTests();
        List<String> failures = new ArrayList<>();
        try {
            jcstress.run();
        } catch (AssertionError seen) {
            failures.add("jcstress says: " + seen.getMessage());
        }
        Collection<TestResult> results = readResults(options.getResultFile());
        failures.addAll(judge(expected, results));
        if (!failures.isEmpty()) {
            throw new IllegalStateException(String.join("\n  ", failures));
        }
        System.out.println("All " + results.size() + " memory-model tests are as they must be.");
    }

    private static String[] withDefaults(String[] arguments) {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put("-t", "dev\\.zspool\\.jcstress");
        defaults.put("-r", "report");
        // What makes the races: time, and few states at once, each with a pool of its own.
        defaults.put("-iters", "5");
        defaults.put("-time", "200");
        defaults.put("-strideSize", "8");
        defaults.put("-strideCount", "8");
        // Busy waiting on a machine with other work, or with two CPUs, gets a hundredth done.
        defaults.put("-spinStyle", "THREAD_YIELD");
        // One fork with each set of compiler flags that jcstress knows for this JVM.
        defaults.put("-f", "1");
        defaults.put("-fsm", "1");
        // All compilers take part, since an iteration is long enough for each of them.
        defaults.put("-sc", "false");
        defaults.put("-af", "NONE");
        defaults.put("-hs", "256");
        defaults.put("-pth", "false");
        defaults.put(
                "-jvmArgsPrepend",
                "--enable-native-access=ALL-UNNAMED --illegal-native-access=deny -ea");
        List<String> given = Arrays.asList(arguments);
        defaults.keySet().removeAll(given);
        List<String> all = new ArrayList<>(given);
        defaults.forEach((option, value) -> {
            all.add(option);
            all.add(value);
        });
        return all.toArray(String[]::new);
    }

    private static Collection<TestResult> readResults(String file) throws Exception {
        InProcessCollector collector = new InProcessCollector();
        DiskReadCollector reader = new DiskReadCollector(file, collector);
        reader.dump();
        reader.close();
        return ReportUtils.mergedByName(collector.getTestResults());
    }

    private static List<String> judge(SortedSet<String> expected, Collection<TestResult> results) {
        List<String> failures = new ArrayList<>();
        SortedSet<String> missing = new TreeSet<>(expected);
        for (TestResult result : results) {
            String name = result.getName();
            missing.remove(name);
            System.out.println(name + ": " + outcomes(result));
            boolean weakened = name.endsWith(WEAKENED);
            if (!ReportUtils.statusToPassed(result) || !result.grading().isPassed) {
                failures.add(name + " failed: " + result.grading().failureMessages);
            } else if (weakened && !result.grading().hasInteresting) {
                failures.add(name + " did not show its mistake; give it more time");
            } else if (!weakened && result.grading().hasInteresting) {
                failures.add(name + " shows a mistake");
            }
        }
        for (String name : missing) {
            failures.add(name + " did not run; it needs two CPUs");
        }
        return failures;
    }

    private static Map<String, Long> outcomes(TestResult result) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (String outcome : new TreeSet<>(result.getStateKeys())) {
            counts.put(outcome, result.getCount(outcome));
        }
        return counts;
    }
}
