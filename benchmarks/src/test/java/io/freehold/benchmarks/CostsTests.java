package io.freehold.benchmarks;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs each scenario once, on a small tree.
 */
class CostsTests {

	@ParameterizedTest
	@EnumSource
	void scenario_runsToItsEnd(CostScenario scenario) {
		assertThat(scenario.measure(500)).containsPattern("[0-9] (us|ms|ns)");
	}

}
