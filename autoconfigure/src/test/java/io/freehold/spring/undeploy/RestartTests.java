package io.freehold.spring.undeploy;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.freehold.child.ChildJvm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is closed and started again with another class loader, in which it
 * uses the same beans and {@code Global}.
 */
@Execution(ExecutionMode.CONCURRENT)
class RestartTests {

	private static final String SERVER = "io.freehold.spring.undeploy.server.RestartServer";

	private static final String NOTHING_LEFT = String.join(System.lineSeparator(), "pending closes: 2",
			"class loaders left: 0 of 2", "threads left: []", "thread-locals left: []");

	@TempDir
	private Path folder;

	@Test
	@Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void whenFreeholdIsLoadedWithTheApplicationShouldLeaveNothing() throws Exception {
		Artifacts artifacts = new Artifacts(this.folder);
		verify(artifacts, artifacts.serverLibraries(),
				Artifacts.join(artifacts.applicationClasses(), artifacts.applicationLibraries()));
	}

	/** As with the developer tools of Spring Boot, which load libraries once. */
	@Test
	@Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void whenFreeholdOutlivesTheApplicationShouldKeepNothingOfIt() throws Exception {
		Artifacts artifacts = new Artifacts(this.folder);
		verify(artifacts, Artifacts.join(artifacts.serverLibraries(), artifacts.applicationLibraries()),
				artifacts.applicationClasses());
	}

	private static void verify(Artifacts artifacts, String base, String restarted) throws Exception {
		ChildJvm server = Artifacts.run(SERVER, artifacts.serverClasses(), base, restarted, "2");
		assertThat(server.out()).as(server.err()).endsWith(NOTHING_LEFT);
		assertThat(server.out() + server.err()).doesNotContain("NoClassDefFoundError", "will be tried again",
				"thread named [freehold");
	}

}
