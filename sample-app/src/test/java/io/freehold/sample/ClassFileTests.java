package io.freehold.sample;

import java.nio.file.Path;

import io.freehold.ClassFileLaws;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Laws that are about instructions. That they can be broken is tested with the
 * auto-configuration.
 */
class ClassFileTests {

	private static final Path CLASSES = Path.of("target", "classes");

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

}
