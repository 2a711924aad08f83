package io.freehold.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * What refusals and closes cost in trees of many allocators, and beside many blocks of
 * others.
 */
public final class Costs {

	private Costs() {
	}

	/**
	 * Measures the scenarios named, each in a JVM of its own, or without arguments all.
	 * With the argument {@code here} measures the one that follows in this JVM.
	 */
	public static void main(String[] arguments) throws IOException, InterruptedException {
		if (arguments.length == 2 && arguments[0].equals("here")) {
			System.out.println(CostScenario.valueOf(arguments[1]).measure(1));
			return;
		}
		List<CostScenario> scenarios = (arguments.length == 0) ? List.of(CostScenario.values())
				: Arrays.stream(arguments).map(CostScenario::valueOf).toList();
		for (CostScenario scenario : scenarios) {
			System.out.println(scenario + ": " + Jvm.run(Costs.class, List.of("here", scenario.name())));
		}
	}

}
