package io.freehold.spring;

import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The laws of this module.
 */
class ArchitectureTests {

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("io.freehold.spring");

	private static void check(ArchRule rule) {
		rule.check(CLASSES);
	}

	@Test
	void whenClassesAreImportedShouldBeThoseOfThisModule() {
		assertThat(CLASSES.contain(AllocatorTree.class)).isTrue();
		assertThat(CLASSES.contain(ArchitectureTests.class)).isFalse();
	}

	@Test
	void whenClassIsForUseShouldNotKnowAutoConfiguration() {
		check(noClasses().that()
			.resideOutsideOfPackage("io.freehold.spring.autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.freehold.spring.autoconfigure..")
			.because("auto-configuration wires what works without it"));
	}

	@Test
	void whenPackageIsNotAboutMetricsShouldNotKnowMicrometer() {
		check(noClasses().that()
			.resideOutsideOfPackage("..metrics..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.micrometer..")
			.because("Micrometer is optional"));
	}

	@Test
	void whenPackageIsNotAboutServletsShouldNotKnowThem() {
		check(noClasses().that()
			.resideOutsideOfPackages("..scope..", "..web..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("jakarta.servlet..", "org.springframework.web..")
			.because("servlets and Spring MVC are optional"));
	}

	@Test
	void whenPackageIsNotReactiveShouldNotKnowReactor() {
		check(noClasses().that()
			.resideOutsideOfPackages("..reactive..", "..autoconfigure.scope..", "..autoconfigure.web..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("reactor..", "org.reactivestreams..", "org.springframework.web.reactive..",
					"org.springframework.web.server..")
			.because("Reactor and Spring WebFlux are optional"));
	}

	@Test
	void whenPackageIsReactiveShouldNotKnowServlets() {
		check(noClasses().that()
			.resideInAPackage("..reactive..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("jakarta.servlet..", "org.springframework.web.servlet..", "..scope.servlet..")
			.because("a reactive application has no servlets"));
	}

	@Test
	void whenPackageIsNotAboutActuatorShouldNotKnowIt() {
		check(noClasses().that()
			.resideOutsideOfPackages("..actuate..", "..health..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot.actuate..", "org.springframework.boot.health..")
			.because("the actuator is optional"));
	}

	@Test
	void whenPackagesUseEachOtherShouldNotFormCycles() {
		check(slices().matching("io.freehold.(spring..)")
			.should()
			.beFreeOfCycles()
			.because("packages of a cycle can only be understood together"));
	}

	@Test
	void whenCoreIsUsedShouldBeItsPublicPart() {
		check(noClasses().should()
			.dependOnClassesThat()
			.resideInAPackage("io.freehold.internal..")
			.because("the core does not export it, and restricted calls belong there only"));
	}

	@Test
	void whenClassIsNamedShouldSayWhatItIs() {
		check(noClasses().should()
			.haveNameMatching(".*(Impl|Utils|Manager|Helper|Base)")
			.because("such names tell nothing about the class"));
	}

	@Test
	void whenClassIsAutoConfigurationShouldBeClosed() {
		check(classes().that()
			.haveSimpleNameEndingWith("AutoConfiguration")
			.should()
			.bePublic()
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.andShould()
			.beAnnotatedWith(AutoConfiguration.class)
			.andShould(haveNoPublicMembersButConstructor())
			.because("it is referred to by class, and nothing else of it is for others"));
		check(classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.haveSimpleNameEndingWith("AutoConfiguration")
			.because("the name tells what it is"));
	}

	@Test
	void whenBeanIsPostProcessorShouldBeDeclaredStatic() {
		check(methods().that()
			.areAnnotatedWith(Bean.class)
			.and()
			.haveRawReturnType(assignableTo(Set.of(BeanPostProcessor.class, BeanFactoryPostProcessor.class)))
			.should()
			.beStatic()
			.because("it is created before its configuration class can be"));
	}

	@Test
	void whenMethodDeclaresBeanShouldNotBeConditionalOnClass() {
		check(noMethods().that()
			.areAnnotatedWith(Bean.class)
			.should()
			.beAnnotatedWith(ConditionalOnClass.class)
			.because("the class of the method is loaded with its signature before the condition is looked at"));
	}

	@Test
	void whenMethodDeclaresBeanShouldNotBePublic() {
		check(noMethods().that()
			.areAnnotatedWith(Bean.class)
			.should()
			.bePublic()
			.because("only the container calls it"));
	}

	private static DescribedPredicate<JavaClass> assignableTo(Set<Class<?>> types) {
		return DescribedPredicate.describe("assignable to one of " + types,
				(candidate) -> types.stream().anyMatch(candidate::isAssignableTo));
	}

	private static ArchCondition<JavaClass> haveNoPublicMembersButConstructor() {
		return new ArchCondition<>("have no public members but their constructor") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				for (JavaMember member : type.getMembers()) {
					boolean constructor = member instanceof JavaConstructor only && only.getParameters().isEmpty();
					boolean visible = member.getModifiers().contains(JavaModifier.PUBLIC);
					boolean synthetic = member instanceof JavaMethod
							&& member.getModifiers().contains(JavaModifier.SYNTHETIC);
					if (visible && !constructor && !synthetic) {
						events.add(SimpleConditionEvent.violated(member, member.getFullName() + " is public"));
					}
				}
			}

		};
	}

}
