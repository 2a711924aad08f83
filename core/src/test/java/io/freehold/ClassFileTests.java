package io.freehold;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Laws about the instructions of the core.
 */
class ClassFileTests {

	private static Path classes() throws URISyntaxException {
		return Path.of(Layout.class.getProtectionDomain().getCodeSource().getLocation().toURI());
	}

	@Test
	@DisplayName("no lock is a monitor: virtual threads that wait for one can starve for seconds")
	void monitors_none() throws Exception {
		assertThat(ClassFileLaws.monitors(classes())).isEmpty();
		assertThat(ClassFileLaws.hiddenMonitors(classes())).isEmpty();
	}

	@Test
	@DisplayName("no lock keeps platform threads waiting behind a virtual thread that no carrier resumes")
	void queuedLocks_none() throws Exception {
		assertThat(ClassFileLaws.queuedLocks(classes())).isEmpty();
	}

	@Test
	@DisplayName("nothing is linked at its first call, where the stack or the heap may be short")
	void dynamicCalls_none() throws Exception {
		List<String> linked = ClassFileLaws.dynamicCalls(classes())
			.stream()
			// of records, which are for tests and debuggers
			.filter((method) -> !method.endsWith(".toString") && !method.endsWith(".hashCode")
					&& !method.endsWith(".equals"))
			.toList();
		assertThat(linked).isEmpty();
		assertThat(ClassFileLaws.dynamicCalls(classes())).as("layouts are compared and printed by what we call")
			.doesNotContain("io.freehold.Layout.toString", "io.freehold.Layout.equals", "io.freehold.Layout.hashCode");
	}

	@Test
	@DisplayName("what is undone or logged after an error is so after a checked exception that was not declared")
	void partialHandlers_none() throws Exception {
		assertThat(ClassFileLaws.partialHandlers(classes())).isEmpty();
	}

	@Test
	@DisplayName("numbers in messages are ASCII in every locale")
	void defaultLocales_none() throws Exception {
		assertThat(ClassFileLaws.defaultLocales(classes())).isEmpty();
	}

}
