package io.freehold.stress;

import java.util.ArrayList;
import java.util.List;

import io.freehold.child.ChildJvm;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * All faults at once, for some seconds.
 */
class FaultStressTests {

	@Test
	void everything_allFaultsAtOnce_nothingIsLostOrDoubled() throws Exception {
		List<String> options = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
		for (String option : List.of(FaultStress.SECONDS, FaultStress.REFUSED, FaultStress.OVERFLOWS,
				StressSettings.SEED)) {
			String value = System.getProperty(option);
			if (value != null) {
				options.add("-D" + option + "=" + value);
			}
		}
		ChildJvm child = ChildJvm.runWith(FaultStress.class, options);
		System.out.println(child.out());
		assertThat(child.exitValue()).as("%s%n%s", child.out(), child.err()).isZero();
		assertThat(child.out()).endsWith("nothing left");
	}

}
