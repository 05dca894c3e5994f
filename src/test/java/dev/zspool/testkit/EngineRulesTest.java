package dev.zspool.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.zspool.page.PageArena;
import dev.zspool.zsmalloc.ZsPool;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EngineRulesTest {
    @Test
    @DisplayName("no test of the engine makes an arena or a pool past the factory that checks them")
    void onlyThroughTheFactory() throws Exception {
        Path testClasses =
                Path.of(
                        EngineRulesTest.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI());
        JavaClasses tests = new ClassFileImporter().importPath(testClasses);
        noClasses()
                .that()
                .resideInAnyPackage("dev.zspool.page", "dev.zspool.zsmalloc")
                .and()
                // Runs in the forks of the memory-model tests, without JUnit; its arbiter checks
                // it.
                .doNotHaveSimpleName("RacePool")
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
