package io.freehold;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The laws of the house: who may import whom, and what may be used where.
 */
class ArchitectureTests {

	/** From the bottom to the top; packages of one layer do not know each other. */
	private static final List<List<String>> LAYERS = List.of(List.of("io.freehold.internal.sync"),
			List.of("io.freehold.internal"), List.of("io.freehold", "io.freehold.spi"), List.of("io.freehold.probe"),
			List.of("io.freehold.pages"), List.of("io.freehold.held"), List.of("io.freehold.budget",
					"io.freehold.stats", "io.freehold.region", "io.freehold.pool", "io.freehold.backend"),
			List.of("io.freehold.managed"), List.of("io.freehold.global"));

	private static final JavaClasses CORE = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.withImportOption((location) -> !location.contains("/test-classes/"))
		.importPackages("io.freehold");

	@TestFactory
	@DisplayName("each package imports only from layers below")
	List<DynamicTest> packages_importOnlyBelow() {
		List<DynamicTest> tests = new ArrayList<>();
		List<String> below = new ArrayList<>();
		for (List<String> layer : LAYERS) {
			String[] allowed = below.toArray(String[]::new);
			for (String name : layer) {
				ArchRule rule = noClasses().that()
					.resideInAPackage(name)
					.should()
					.dependOnClassesThat(resideInAPackage("io.freehold..")
						.and(DescribedPredicate.not(resideInAnyPackage(concat(allowed, name)))))
					.because("imports point down: " + name + " may know " + Arrays.toString(allowed) + " only");
				tests.add(DynamicTest.dynamicTest(name, () -> rule.check(CORE)));
			}
			below.addAll(layer);
		}
		return tests;
	}

	private static String[] concat(String[] names, String name) {
		String[] all = Arrays.copyOf(names, names.length + 1);
		all[names.length] = name;
		return all;
	}

	@Test
	@DisplayName("every package has its layer")
	void packages_allInALayer() {
		List<String> known = LAYERS.stream().flatMap(List::stream).toList();
		assertThat(CORE.stream().map(JavaClass::getPackageName).distinct())
			.as("packages, each of which needs a place in the order of layers")
			.isNotEmpty()
			.isSubsetOf(known);
	}

	@Test
	@DisplayName("packages form no cycles")
	void packages_noCycles() {
		slices().assignedFrom(new ByPackage())
			.should()
			.beFreeOfCycles()
			.because("a package that can be read alone can be understood alone")
			.check(CORE);
	}

	/** Every package is a slice, the root package too. */
	private static final class ByPackage implements SliceAssignment {

		@Override
		public SliceIdentifier getIdentifierOf(JavaClass type) {
			return SliceIdentifier.of(type.getPackageName());
		}

		@Override
		public String getDescription() {
			return "packages";
		}

	}

	@Test
	@DisplayName("restricted calls live in one package")
	void restrictedCalls_onlyInternal() {
		noClasses().that()
			.resideOutsideOfPackage("io.freehold.internal")
			.should()
			.dependOnClassesThat()
			.areAssignableTo(Linker.class)
			.orShould()
			.dependOnClassesThat()
			.areAssignableTo(SymbolLookup.class)
			.orShould()
			.callMethodWhere(new Reinterpret())
			.because("whoever can crash the JVM has to be found in one place")
			.check(CORE);
	}

	/** A call of any {@code MemorySegment.reinterpret}. */
	private static final class Reinterpret extends DescribedPredicate<JavaMethodCall> {

		Reinterpret() {
			super("reinterpret a segment");
		}

		@Override
		public boolean test(JavaMethodCall call) {
			return call.getTargetOwner().isEquivalentTo(MemorySegment.class)
					&& call.getTarget().getName().equals("reinterpret");
		}

	}

	@Test
	@DisplayName("names say what a class is")
	void names_noEmptySuffixes() {
		noClasses().should()
			.haveNameMatching(".*(Impl|Utils?|Manager|Helper|Base)")
			.because("a bare noun says more than a suffix that fits everything")
			.check(CORE);
	}

	@Test
	@DisplayName("core logs through System.Logger")
	void logging_onlySystemLogger() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.slf4j..", "java.util.logging..", "org.apache..")
			.because("a library without dependencies leaves the choice of a logger to the application")
			.check(CORE);
	}

	@Test
	@DisplayName("core depends on nothing but the JDK")
	void dependencies_onlyJdk() {
		classes().should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "io.freehold..", "org.jspecify.annotations..")
			.because("core is plain Java with annotations")
			.check(CORE);
	}

	@Test
	@DisplayName("internals do not leak into what users compile against")
	void internals_notInPublicSignatures() {
		methods().that()
			.arePublic()
			.and()
			.areDeclaredInClassesThat()
			.arePublic()
			.and()
			.areDeclaredInClassesThat()
			.resideOutsideOfPackage("io.freehold.internal")
			.should()
			.notHaveRawReturnType(resideInAPackage("io.freehold.internal"))
			.because("the package is not exported")
			.check(CORE);
	}

	@Test
	@DisplayName("the contract suite uses only what its users have")
	void contractSuite_onlyPublicPackages() {
		JavaClasses suite = new ClassFileImporter().importPackages("io.freehold.contract");
		assertThat(suite).isNotEmpty();
		classes().should()
			.onlyDependOnClassesThat(resideInAnyPackage("java..", "org.jspecify.annotations..", "org.junit.jupiter..",
					"org.assertj.core..", "io.freehold", "io.freehold.spi", "io.freehold.contract",
					"org.apiguardian.."))
			.because("it is run against other people's allocators, without the rest of the tests")
			.check(suite);
	}

}
