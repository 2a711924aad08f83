package io.freehold.sample;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * What the sample may use of Freehold: what any application may.
 */
class ArchitectureTests {

	private final JavaClasses classes = new ClassFileImporter().withImportOption(Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("io.freehold.sample");

	@Test
	void whenApplicationUsesFreeholdShouldUsePublicPackages() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.freehold.internal..", "io.freehold.spring.autoconfigure..")
			.because("a sample shows what others can do too")
			.check(this.classes);
	}

	@Test
	void whenApplicationNeedsMemoryShouldAskItsAllocators() {
		noClasses().should()
			.dependOnClassesThat()
			.areAssignableTo(Arena.class)
			.orShould()
			.callMethod(ByteBuffer.class, "allocateDirect", int.class)
			.because("memory beside the allocators has no limit and shows up nowhere")
			.check(this.classes);
	}

	@Test
	void whenFeaturesAreAddedShouldNotDependOnEachOther() {
		slices().matching("io.freehold.sample.(*)..")
			.should()
			.notDependOnEachOther()
			.ignoreDependency(alwaysTrue(), resideInAnyPackage("io.freehold.sample.objects", "io.freehold.sample.web"))
			.because("each can be read, and left out, alone")
			.check(this.classes);
		noClasses().that()
			.resideInAPackage("io.freehold.sample.objects")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.freehold.sample.web")
			.because("the cache knows nothing of HTTP handlers")
			.check(this.classes);
	}

}
