package dev.zspool.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.zspool.page.PageArena;
import dev.zspool.zsmalloc.ZsPool;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EngineRulesTest {
    /// The state of the memory-model tests: jcstress makes it, so there is no "after the test".
    private static final String MADE_BY_JCSTRESS = "RacePool";

    @Test
    @DisplayName("no test of the engine makes an arena or a pool past the factory that checks them")
    void onlyThroughTheFactory() {
        JavaClasses tests =
                new ClassFileImporter()
                        .withImportOption(new ImportOption.OnlyIncludeTests())
                        .importPackages("dev.zspool.page", "dev.zspool.zsmalloc");
        noClasses()
                .that()
                .doNotHaveSimpleName(MADE_BY_JCSTRESS)
                .should()
                .callConstructorWhere(
                        DescribedPredicate.describe(
                                "of PageArena or ZsPool",
                                call ->
                                        call.getTargetOwner().isEquivalentTo(PageArena.class)
                                                || call.getTargetOwner()
                                                        .isEquivalentTo(ZsPool.class)))
                .check(tests);
    }
}
