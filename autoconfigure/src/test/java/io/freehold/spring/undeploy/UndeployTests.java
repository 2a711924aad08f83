package io.freehold.spring.undeploy;

import java.nio.file.Files;
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
 * A WAR that brings Freehold along, in a Tomcat whose threads stay. While it is deployed
 * there are requests, sessions, work in the background, and memory that threads of the
 * server hold until it has been undeployed.
 */
@Execution(ExecutionMode.CONCURRENT)
class UndeployTests {

	private static final String SERVER = "io.freehold.spring.undeploy.server.UndeployServer";

	@TempDir
	private Path folder;

	@Test
	@Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	void whenWarIsDeployedAndUndeployedShouldLeaveNothing() throws Exception {
		Artifacts artifacts = new Artifacts(this.folder);
		Path home = Files.createDirectory(this.folder.resolve("home"));
		ChildJvm server = Artifacts.run(SERVER, Artifacts.join(artifacts.serverClasses(), artifacts.serverLibraries()),
				artifacts.war().toString(), home.toString(), "10");
		assertThat(server.out()).as(server.err())
			.endsWith(String.join(System.lineSeparator(), "pending closes: 10", "class loaders left: 0 of 10",
					"threads left: []", "thread-locals left: []"));
		assertThat(server.out() + server.err()).doesNotContain("NoClassDefFoundError", "will be tried again",
				"thread named [freehold");
	}

}
