package dev.zspool.arch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.zspool.arch.ArchitectureRules.every;
import static dev.zspool.arch.ArchitectureRules.packages;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.stream.Stream;

/// What of the platform each package may touch.
final class PlatformRules {

    private PlatformRules() {}

    static ArchRule nativeCallsOnlyInOs(String base) {
        ArchRule linker =
                noClasses()
                        .that()
                        .resideOutsideOfPackage(base + ".os..")
                        .should()
                        .dependOnClassesThat(
                                describe(
                                        "link native code",
                                        type ->
                                                type.getFullName()
                                                        .matches(
                                                                "java\\.lang\\.foreign\\.(Linker|SymbolLookup|FunctionDescriptor)(\\$.*)?")))
                        .because("one package makes native calls");
        ArchRule reinterpret =
                noClasses()
                        .that()
                        .resideOutsideOfPackage(base + ".os..")
                        .should()
                        .accessTargetWhere(
                                named(
                                        "it makes memory out of an address",
                                        "java.lang.foreign.MemorySegment.reinterpret"))
                        .because("whoever makes memory out of an address can crash the process");
        return every(Stream.of(linker, reinterpret));
    }

    static ArchRule offHeapMemoryOnlyInEngine(String base) {
        String[] allowed = packages(base, Stream.of("os", "page", "zsmalloc", "blob"));
        return every(
                Stream.of(
                        noClasses()
                                .that()
                                .resideOutsideOfPackages(allowed)
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage("java.lang.foreign..")
                                .because("above blob, bytes travel as arrays and buffers")));
    }

    static ArchRule engineIsPlainJava(String base) {
        return every(
                Stream.of(
                        plainJava(base, Stream.of("os", "page", "zsmalloc", "blob", "pressure")),
                        plainJava(base, Stream.of("codec"), "net.jpountz.."),
                        plainJava(base, Stream.of("persist"), "org.rocksdb..")));
    }

    private static ArchRule plainJava(String base, Stream<String> names, String... libraries) {
        Stream<String> plain =
                Stream.of(
                        "java..",
                        "jdk.jfr..",
                        "org.jspecify.annotations..",
                        "com.google.errorprone.annotations..",
                        base + "..");
        return classes()
                .that()
                .resideInAnyPackage(packages(base, names))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        Stream.concat(plain, Stream.of(libraries)).toArray(String[]::new))
                .because("the engine runs under plain JUnit and could be used as a library");
    }

    static ArchRule noJdkInternals() {
        return every(
                Stream.of(
                        noClasses()
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage("sun..", "jdk.internal..")
                                .because("they go away without notice")));
    }

    /// Time and chance come from boot, or from a small type whose name says so: `System…`.
    static ArchRule timeAndChanceAreHandedIn(String base) {
        DescribedPredicate<JavaAccess<?>> source =
                named(
                        "",
                        "java.lang.System.nanoTime",
                        "java.lang.System.currentTimeMillis",
                        "java.lang.Thread.sleep",
                        "java.lang.Math.random",
                        "java.util.UUID.randomUUID",
                        "java.util.concurrent.ThreadLocalRandom.current",
                        "java.util.concurrent.locks.LockSupport.parkNanos",
                        "java.security.SecureRandom.<init>",
                        "java.time.Clock.systemUTC",
                        "java.time.Clock.systemDefaultZone");
        DescribedPredicate<JavaAccess<?>> unseeded =
                describe(
                        "",
                        access ->
                                access.getTarget() instanceof CodeUnitAccessTarget target
                                        && target.getRawParameterTypes().isEmpty()
                                        && (unseededRandom(access) || currentTime(access)));
        return every(
                Stream.of(
                        noClasses()
                                .that()
                                .resideOutsideOfPackage(base + ".boot..")
                                .and()
                                .haveSimpleNameNotStartingWith("System")
                                .should()
                                .accessTargetWhere(
                                        source.or(unseeded)
                                                .as("it asks for the time or a random number"))
                                .because("a test decides what time it is, and can be repeated")));
    }

    private static boolean unseededRandom(JavaAccess<?> access) {
        return access.getTarget().getName().equals("<init>")
                && access.getTargetOwner()
                        .getFullName()
                        .matches("java\\.util\\.(Random|SplittableRandom)");
    }

    private static boolean currentTime(JavaAccess<?> access) {
        return access.getTarget().getName().equals("now")
                && access.getTargetOwner().getPackageName().equals("java.time");
    }

    static ArchRule threadsAreHandedIn(String base) {
        DescribedPredicate<JavaAccess<?>> makes =
                describe(
                        "it makes a thread or an executor",
                        access -> {
                            String owner = access.getTargetOwner().getFullName();
                            String name = access.getTarget().getName();
                            return owner.equals("java.util.concurrent.Executors")
                                    || (owner.equals("java.lang.Thread")
                                            && Set.of(
                                                            "<init>",
                                                            "ofPlatform",
                                                            "ofVirtual",
                                                            "startVirtualThread")
                                                    .contains(name))
                                    || (name.equals("<init>")
                                            && owner.matches(
                                                    "java\\.util\\.(Timer|concurrent\\.(ThreadPoolExecutor|ScheduledThreadPoolExecutor|ForkJoinPool))"));
                        });
        ArchRule threads =
                noClasses()
                        .that()
                        .resideOutsideOfPackages(base + ".boot..", base + ".pressure..")
                        .should()
                        .accessTargetWhere(makes)
                        .because("background work is started and stopped in one place");
        return every(Stream.of(threads));
    }

    private static DescribedPredicate<JavaAccess<?>> named(String what, String... members) {
        Set<String> names = Set.of(members);
        return describe(
                what,
                access ->
                        names.contains(
                                access.getTargetOwner().getFullName()
                                        + "."
                                        + access.getTarget().getName()));
    }
}
