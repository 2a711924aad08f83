package io.freehold.contract;

import java.util.Random;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random programs against a model on the heap.
 */
public interface RandomProgramContract extends AllocatorUnderTest {

	@ParameterizedTest(name = "seed {0}")
	@ValueSource(longs = { 1, 2, 42, 20260101, 0x5eedL })
	@DisplayName("A32 random programs agree with a model on the heap")
	default void randomProgram_fixedSeed_agreesWithModel(long seed) {
		new RandomProgram(this, seed).run();
	}

	@Test
	@DisplayName("A32 a random program of a fresh seed agrees with a model on the heap")
	default void randomProgram_freshSeed_agreesWithModel() {
		long seed = new Random().nextLong();
		System.out.println(getClass().getName() + ": random program with fresh seed " + seed);
		new RandomProgram(this, seed).run();
	}

}
