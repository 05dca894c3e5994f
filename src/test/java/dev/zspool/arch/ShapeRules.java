package dev.zspool.arch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static dev.zspool.arch.ArchitectureRules.every;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.stream.Stream;

/// What a name, a lock and an error promise.
final class ShapeRules {

    private ShapeRules() {}

    static ArchRule namesKeepTheirPromise() {
        ArchRule values =
                classes()
                        .that()
                        .haveSimpleNameEndingWith("Stats")
                        .or()
                        .haveSimpleNameEndingWith("Options")
                        .or()
                        .haveSimpleNameEndingWith("Snapshot")
                        .should()
                        .beRecords()
                        .because("statistics, options and snapshots are values");
        ArchRule layouts =
                classes()
                        .that()
                        .haveSimpleNameEndingWith("Descriptor")
                        .or()
                        .haveSimpleNameEndingWith("Layout")
                        .should(beStaticOnlyOrRecords())
                        .because("a layout is arithmetic in one file, or a value that reports it");
        return every(Stream.of(values, layouts));
    }

    private static ArchCondition<JavaClass> beStaticOnlyOrRecords() {
        return new ArchCondition<>("be final with static members only, or records") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean staticOnly =
                        type.getModifiers().contains(JavaModifier.FINAL)
                                && type.getConstructors().stream().allMatch(ShapeRules::isPrivate)
                                && Stream.concat(
                                                type.getFields().stream(),
                                                type.getMethods().stream())
                                        .allMatch(member ->
                                                member.getModifiers()
                                                        .contains(JavaModifier.STATIC));
                events.add(
                        new SimpleConditionEvent(
                                type,
                                staticOnly || type.isRecord(),
                                type.getDescription()
                                        + " is neither static only nor a record in "
                                        + type.getSourceCodeLocation()));
            }
        };
    }

    private static boolean isPrivate(JavaConstructor constructor) {
        return constructor.getModifiers().contains(JavaModifier.PRIVATE);
    }

    static ArchRule locksDoNotLeak() {
        ArchRule fields =
                fields().that()
                        .haveRawType(describe("a lock", ShapeRules::isLock))
                        .should()
                        .bePrivate()
                        .andShould()
                        .beFinal()
                        .because("only its owner takes a lock");
        ArchRule methods =
                noMethods()
                        .that()
                        .arePublic()
                        .should()
                        .haveModifier(JavaModifier.SYNCHRONIZED)
                        .because("everybody can take the lock that is the object itself");
        return every(Stream.of(fields, methods));
    }

    private static boolean isLock(JavaClass type) {
        JavaClass element = type.getBaseComponentType();
        return Stream.of(Lock.class, ReadWriteLock.class, StampedLock.class)
                .anyMatch(element::isAssignableTo);
    }

    static ArchRule errorsShowNoInternals(String base) {
        Set<String> texts = Set.of("getMessage", "getLocalizedMessage", "toString");
        DescribedPredicate<JavaAccess<?>> throwableText =
                describe(
                        "it reads the text of an exception",
                        access ->
                                access.getTargetOwner().isAssignableTo(Throwable.class)
                                        && texts.contains(access.getTarget().getName()));
        DescribedPredicate<JavaAccess<?>> status =
                describe(
                        "it chooses an error status",
                        access -> {
                            String owner = access.getTargetOwner().getFullName();
                            String name = access.getTarget().getName();
                            boolean response =
                                    owner.equals("jakarta.ws.rs.core.Response")
                                            || owner.equals(
                                                    "org.jboss.resteasy.reactive.RestResponse");
                            boolean exception =
                                    access.getTargetOwner()
                                            .isAssignableTo(
                                                    "jakarta.ws.rs.WebApplicationException");
                            return (response && Set.of("status", "serverError").contains(name))
                                    || (exception && name.equals("<init>"));
                        });
        ArchRule text =
                noClasses()
                        .that()
                        .resideInAPackage(base + ".http..")
                        .should()
                        .accessTargetWhere(throwableText)
                        .because("an answer shows no internals");
        ArchRule table =
                noClasses()
                        .that()
                        .haveSimpleNameEndingWith("Resource")
                        .should()
                        .accessTargetWhere(status)
                        .because("one table turns outcomes into statuses");
        return every(Stream.of(text, table));
    }
}
