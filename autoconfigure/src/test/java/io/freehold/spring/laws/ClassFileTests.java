package io.freehold.spring.laws;

import java.nio.file.Path;
import java.util.List;

import io.freehold.ClassFileLaws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Laws that are about instructions, and that the laws can be broken.
 */
class ClassFileTests {

	private static final Path CLASSES = Path.of("target", "classes");

	private static final Path LAWBREAKER = Path.of("target", "test-classes", "io", "freehold", "spring", "laws");

	@Test
	void whenVirtualThreadsWaitShouldNotBeForMonitors() {
		assertThat(ClassFileLaws.monitors(CLASSES)).as("virtual threads that wait for a monitor can starve: use a lock")
			.isEmpty();
	}

	@Test
	void whenClassesOfJdkAreUsedShouldNotHoldMonitorsMeanwhile() {
		assertThat(ClassFileLaws.hiddenMonitors(CLASSES))
			.as("virtual threads that wait for a monitor can starve: compute outside of the map")
			.isEmpty();
	}

	@Test
	void whenTextIsFormattedShouldNotDependOnDefaultLocale() {
		assertThat(ClassFileLaws.defaultLocales(CLASSES))
			.as("numbers in messages are ASCII in every locale: concatenate, or name the locale")
			.isEmpty();
	}

	@Test
	void whenErrorsAreCaughtShouldCatchEverything() {
		assertThat(ClassFileLaws.partialHandlers(CLASSES))
			.as("what undoes or logs errors does so for checked exceptions that were not declared: catch Throwable")
			.isEmpty();
	}

	@Test
	void whenMethodTakesMonitorShouldBeFound() {
		assertThat(found(ClassFileLaws.monitors(LAWBREAKER))).containsExactly("lambda$synchronizedBlockInLambda$0",
				"synchronizedBlock", "synchronizedMethod", "synchronizedStaticMethod");
	}

	@Test
	void whenMethodHoldsMonitorOfJdkShouldBeFound() {
		assertThat(found(ClassFileLaws.hiddenMonitors(LAWBREAKER))).containsExactly("computesInDeclaredMap",
				"computesInMap", "synchronizedCollection", "waits");
	}

	@Test
	void whenMethodCallsDynamicallyShouldBeFound() {
		assertThat(found(ClassFileLaws.dynamicCalls(LAWBREAKER))).containsExactly("computesInDeclaredMap",
				"computesInMap", "concatenates", "synchronizedBlockInLambda");
	}

	@Test
	void whenMethodCatchesErrorsOnlyShouldBeFound() {
		assertThat(found(ClassFileLaws.partialHandlers(LAWBREAKER))).containsExactly("catchesErrorsOnly");
	}

	@Test
	void whenMethodUsesDefaultLocaleShouldBeFound() {
		assertThat(found(ClassFileLaws.defaultLocales(LAWBREAKER))).containsExactly("formats", "formatsByClassMethod",
				"lowersCase");
	}

	@Test
	void whenThereAreNoClassesShouldNotPass(@TempDir Path empty) {
		assertThatIllegalArgumentException().isThrownBy(() -> ClassFileLaws.monitors(empty))
			.withMessageContaining("no class file");
	}

	private static List<String> found(List<String> methods) {
		String type = Lawbreaker.class.getName() + ".";
		return methods.stream()
			.filter((method) -> method.startsWith(type))
			.map((method) -> method.substring(type.length()))
			.toList();
	}

}
