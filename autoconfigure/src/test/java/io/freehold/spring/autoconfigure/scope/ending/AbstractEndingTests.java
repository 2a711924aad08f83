package io.freehold.spring.autoconfigure.scope.ending;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of scopes and endings on one server. In every cell a request does work in a
 * scope, with memory that is seen to hold what was written to it while the scope lasts;
 * then the work comes to its ending. Afterwards there are no bytes left, as many regions
 * are closed as were opened, and access to what was taken throws.
 */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
abstract class AbstractEndingTests {

	private final Class<?> application;

	private final WebApplicationType type;

	private final List<Scope> scopes;

	private final List<String> properties;

	private final Server server;

	AbstractEndingTests(Class<?> application, WebApplicationType type, List<Scope> scopes, List<String> properties) {
		this.application = application;
		this.type = type;
		this.scopes = scopes;
		this.properties = properties;
		this.server = Server.start(application, type, properties);
	}

	@AfterAll
	void closeServer() {
		this.server.close();
	}

	/** The class of the server that the table is about. */
	abstract Class<?> serverType();

	@Test
	void whenServerIsStartedShouldBeTheOneMeant() {
		assertThat(this.server.webServer()).isInstanceOf(serverType());
	}

	Stream<Cell> cells() {
		return this.scopes.stream()
			.flatMap((scope) -> Arrays.stream(Ending.values()).map((ending) -> new Cell(scope, ending)));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("cells")
	void whenScopeEndsShouldLeaveNothing(Cell cell, CapturedOutput output) throws Exception {
		switch (cell.ending()) {
			case GRACEFUL_SHUTDOWN -> runAlone(cell, "server.shutdown=graceful");
			case IMMEDIATE_SHUTDOWN ->
				runAlone(cell, "server.shutdown=immediate", "spring.lifecycle.timeout-per-shutdown-phase=20ms");
			default -> new Course(this.server, cell).run();
		}
		if (!cell.mayBeCutOff()) {
			assertThat(output).doesNotContain("still live");
		}
		assertThat(output).doesNotContain("could not give back");
	}

	private void runAlone(Cell cell, String... properties) throws Exception {
		try (Server alone = Server.start(this.application, this.type, this.properties, properties)) {
			new Course(alone, cell).run();
		}
	}

}
