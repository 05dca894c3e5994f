package dev.zspool.arch;

import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The architecture rules by id, for any base package: the real tree and the fixtures that must
/// break them are held to the very same rules.
final class ArchitectureRules {

    private ArchitectureRules() {}

    static Map<String, ArchRule> all(String base) {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        rules.put("a1", LayerRules.arrows(base));
        rules.put("cycles", LayerRules.noCycles(base));
        rules.put("a2", PlatformRules.nativeCallsOnlyInOs(base));
        rules.put("a3", PlatformRules.offHeapMemoryOnlyInEngine(base));
        rules.put("a4", PlatformRules.engineIsPlainJava(base));
        rules.put("a5", PlatformRules.noJdkInternals());
        rules.put("a6", LayerRules.publicTypesAreListed(base));
        rules.put("a7", PlatformRules.timeAndChanceAreHandedIn(base));
        rules.put("a8", PlatformRules.threadsAreHandedIn(base));
        rules.put("a9", ShapeRules.namesKeepTheirPromise());
        rules.put("a10", LayerRules.edgeHoldsNoLogic(base));
        rules.put("a11", ShapeRules.locksDoNotLeak());
        rules.put("a12", ShapeRules.errorsShowNoInternals(base));
        rules.put("a13", LayerRules.configHasOneDoor(base));
        return rules;
    }

    /// All of them; each may find nothing to look at, since the fixtures show that it can.
    static ArchRule every(Stream<ArchRule> rules) {
        List<ArchRule> lenient = rules.map(rule -> rule.allowEmptyShould(true)).toList();
        return CompositeArchRule.of(lenient);
    }

    static String[] packages(String base, Stream<String> names) {
        return names.map(name -> base + "." + name + "..").toArray(String[]::new);
    }
}
