package dev.zspool.arch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static dev.zspool.arch.ArchitectureRules.every;
import static dev.zspool.arch.ArchitectureRules.packages;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Who may know whom, and what a package shows.
final class LayerRules {

    private static final Set<String> ENGINE =
            Set.of(
                    "os",
                    "page",
                    "zsmalloc",
                    "codec",
                    "blob",
                    "persist",
                    "pressure",
                    "upkeep",
                    "identity");

    /// The arrows of the design: a package and what it may import. What is not here may not exist.
    private static final Map<String, Set<String>> ARROWS = new TreeMap<>();

    /// The façade of each engine package; all else in it is package-private.
    private static final Map<String, Set<String>> PUBLIC_TYPES = new TreeMap<>();

    static {
        ARROWS.put("os", Set.of());
        ARROWS.put("page", Set.of("os"));
        ARROWS.put("zsmalloc", Set.of("page", "os"));
        ARROWS.put("codec", Set.of());
        ARROWS.put("identity", Set.of());
        // The index of blob lies in frames of page.
        ARROWS.put("blob", Set.of("codec", "persist", "zsmalloc", "page"));
        ARROWS.put("persist", Set.of("os"));
        ARROWS.put("pressure", Set.of("blob", "zsmalloc", "page", "os"));
        ARROWS.put("upkeep", Set.of("blob", "zsmalloc", "page"));
        ARROWS.put("observe", ENGINE);
        // Below blob and observe only values, see edgeHoldsNoLogic.
        ARROWS.put(
                "http",
                Set.of(
                        "blob",
                        "observe",
                        "codec",
                        "zsmalloc",
                        "page",
                        "os",
                        "pressure",
                        "upkeep",
                        "identity"));
        ARROWS.put("tls", Set.of());
        ARROWS.put("config", Set.of());
        ARROWS.put(
                "boot",
                Set.of(
                        "os",
                        "page",
                        "zsmalloc",
                        "codec",
                        "blob",
                        "persist",
                        "pressure",
                        "upkeep",
                        "observe",
                        "http",
                        "identity",
                        "tls",
                        "config"));

        PUBLIC_TYPES.put(
                "os",
                Set.of(
                        "AddressRange",
                        "Advice",
                        "Errno",
                        "FilePages",
                        "MapResult",
                        "MappedUse",
                        "MemoryMaps",
                        "MemoryReader",
                        "MemorySample",
                        "MemorySource",
                        "NativeMemory",
                        "OsCallFailedException",
                        "PressureTrigger",
                        "ProcessMemory",
                        "TriggerKind",
                        "WakeUp"));
        PUBLIC_TYPES.put(
                "page",
                Set.of(
                        "ArenaCheck",
                        "ArenaCheckResult",
                        "ArenaOptions",
                        "ArenaStats",
                        "DefragmentationResult",
                        "Defragmenter",
                        "FrameBudget",
                        "FrameState",
                        "FrameSurvey",
                        "Frames",
                        "MappedPages",
                        "MovablePages",
                        "MoveOutcome",
                        "MoveTargets",
                        "Pace",
                        "PageOwner",
                        "OutOfAddressSpaceException",
                        "PageArena",
                        "PageSource",
                        "Region",
                        "TableSpace",
                        "Words"));
        PUBLIC_TYPES.put(
                "zsmalloc",
                Set.of(
                        "ClassStats",
                        "CompactionResult",
                        "FreeOutcome",
                        "FullnessGroup",
                        "LeaseResult",
                        "LiveCheckResult",
                        "MigrateResult",
                        "ObjectPlace",
                        "PageDetail",
                        "PageFilter",
                        "PageGlance",
                        "PageInfo",
                        "PageLeases",
                        "PageListing",
                        "PoolPages",
                        "PoolGeometry",
                        "PoolOptions",
                        "PoolStats",
                        "SizeClassShape",
                        "SizeClassTable",
                        "ZsPool",
                        "ZspageSurvey"));
        PUBLIC_TYPES.put("codec", Set.of("BlockCodec", "BlockCompressor", "ContentHash"));
        PUBLIC_TYPES.put(
                "blob",
                Set.of(
                        "AppendOutcome",
                        "BlobAttributes",
                        "BlobEviction",
                        "BlobHost",
                        "BlobInfo",
                        "BlobLayout",
                        "BlobListing",
                        "BlobPool",
                        "BlobPoolKeeper",
                        "BlobPoolOptions",
                        "BlobPoolStats",
                        "BlobReader",
                        "BlobStore",
                        "BlobWrite",
                        "ClassRow",
                        "DeleteOutcome",
                        "Durability",
                        "EvictionOutcome",
                        "EvictionResult",
                        "EvictionTarget",
                        "FullPolicy",
                        "LayoutResult",
                        "LeasedPage",
                        "OpenResult",
                        "PageDesk",
                        "PutResult",
                        "ReadOutcome",
                        "ScrubResult",
                        "StoredPieces",
                        "WarmUpProgress",
                        "WriteAdmission",
                        "WriteCondition",
                        "WriteRequest"));
        PUBLIC_TYPES.put("tls", Set.of("LatestCertificates"));
        PUBLIC_TYPES.put(
                "identity",
                Set.of(
                        "ApiKeys",
                        "Caller",
                        "Callers",
                        "ClientNetwork",
                        "Credentials",
                        "Grants",
                        "Identification",
                        "Role",
                        "SecurityOptions"));
        PUBLIC_TYPES.put(
                "upkeep",
                Set.of(
                        "CompactionReport",
                        "DefragmentationReport",
                        "EvictionReport",
                        "Event",
                        "EventFeed",
                        "EventKind",
                        "JobProgress",
                        "Pauser",
                        "ScrubOutcome",
                        "ScrubReport",
                        "Upkeep",
                        "UpkeepClock",
                        "UpkeepOptions"));
        PUBLIC_TYPES.put(
                "persist",
                Set.of(
                        "BlobMeta",
                        "Journal",
                        "JournalException",
                        "JournalState",
                        "JournalStats",
                        "JournalWrite",
                        "MetaPage",
                        "MetaResult",
                        "JournalRestore",
                        "JournalVerify",
                        "PieceVerifier",
                        "PoolDefinition",
                        "PoolTotals",
                        "RocksJournal",
                        "RocksJournalOptions",
                        "Snapshot",
                        "StoredPool",
                        "VerifyReport",
                        "WriteOutcome"));
        PUBLIC_TYPES.put(
                "pressure",
                Set.of(
                        "BalloonView",
                        "MemoryPlan",
                        "PressureController",
                        "PressureLevel",
                        "PressureLimits",
                        "PressureListener",
                        "PressureReason",
                        "PressureView",
                        "ShrinkPreview",
                        "ShrinkReport",
                        "ShrinkStep",
                        "ShrinkTarget",
                        "StallLimits",
                        "StepTotals"));
    }

    private LayerRules() {}

    static ArchRule arrows(String base) {
        Stream<ArchRule> arrows =
                ARROWS.entrySet().stream()
                        .map(arrow -> arrow(base, arrow.getKey(), arrow.getValue()));
        ArchRule known =
                classes()
                        .should()
                        .resideInAnyPackage(packages(base, ARROWS.keySet().stream()))
                        .because("every package has its place among the arrows");
        return every(Stream.concat(arrows, Stream.of(known)));
    }

    static ArchRule noCycles(String base) {
        return every(Stream.of(slices().matching(base + ".(*)..").should().beFreeOfCycles()));
    }

    private static ArchRule arrow(String base, String from, Set<String> to) {
        String[] allowed = packages(base, Stream.concat(to.stream(), Stream.of(from)));
        return classes()
                .that()
                .resideInAPackage(base + "." + from + "..")
                .should()
                .onlyDependOnClassesThat(
                        resideOutsideOfPackage(base + "..").or(resideInAnyPackage(allowed)))
                .because("imports go one way");
    }

    static ArchRule publicTypesAreListed(String base) {
        return every(
                PUBLIC_TYPES.entrySet().stream()
                        .map(entry ->
                                noClasses()
                                        .that()
                                        .resideInAPackage(base + "." + entry.getKey())
                                        .and()
                                        .areTopLevelClasses()
                                        .and(not(entry.getValue()))
                                        .should()
                                        .bePublic()
                                        .because(
                                                "a package is deep when it shows little;"
                                                        + " what it shows is listed")));
    }

    private static DescribedPredicate<JavaClass> not(Set<String> simpleNames) {
        return describe("are not listed", type -> !simpleNames.contains(type.getSimpleName()));
    }

    /// The edge calls blob and observe; from further down it only shows values.
    static ArchRule edgeHoldsNoLogic(String base) {
        DescribedPredicate<JavaClass> behaviour =
                resideInAnyPackage(
                                packages(
                                        base,
                                        Stream.of("codec", "zsmalloc", "page", "os", "pressure")))
                        .and(describe("are no values", type -> !isValue(type)));
        ArchRule valuesOnly =
                noClasses()
                        .that()
                        .resideInAPackage(base + ".http..")
                        .should()
                        .dependOnClassesThat(behaviour)
                        .because("the edge only translates");
        ArchRule place =
                classes()
                        .that()
                        .haveSimpleNameEndingWith("Resource")
                        .should()
                        .resideInAPackage(base + ".http..")
                        .because("routes are found in one place");
        return every(Stream.of(valuesOnly, place));
    }

    private static boolean isValue(JavaClass type) {
        return type.isRecord()
                || type.isEnum()
                || type.isAssignableTo(Throwable.class)
                || type.getEnclosingClass().filter(LayerRules::isValue).isPresent()
                || (type.isInterface()
                        && !type.getSubclasses().isEmpty()
                        && type.getSubclasses().stream().allMatch(LayerRules::isValue));
    }

    static ArchRule configHasOneDoor(String base) {
        ArchRule keys =
                noClasses()
                        .that()
                        .resideOutsideOfPackages(base + ".boot..", base + ".config..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(base + ".config..")
                        .because("boot turns configuration into options records");
        ArchRule environment =
                noClasses()
                        .that()
                        .resideOutsideOfPackage(base + ".boot..")
                        .should()
                        .accessTargetWhere(readsEnvironment())
                        .because("configuration has one door");
        return every(Stream.of(keys, environment));
    }

    private static DescribedPredicate<JavaAccess<?>> readsEnvironment() {
        Set<String> readers =
                Set.of(
                        "java.lang.System.getProperty",
                        "java.lang.System.getProperties",
                        "java.lang.System.getenv",
                        "java.lang.Integer.getInteger",
                        "java.lang.Long.getLong",
                        "java.lang.Boolean.getBoolean",
                        "org.eclipse.microprofile.config.ConfigProvider.getConfig");
        return describe(
                "it reads properties or the environment",
                access ->
                        readers.contains(
                                access.getTargetOwner().getFullName()
                                        + "."
                                        + access.getTarget().getName()));
    }
}
