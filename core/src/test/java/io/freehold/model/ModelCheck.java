package io.freehold.model;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.freehold.model.Model.Divergence;
import io.freehold.spi.GlobalAlloc;
import io.freehold.stress.StressSettings;

import org.jspecify.annotations.Nullable;

/**
 * Draws random programs, runs them, and makes the first one that fails as small as
 * possible.
 *
 * @param backends gives the backend for a program
 * @param maxAlignment the largest alignment to be asked for
 * @param mayRefuse whether backends may refuse calls of their own accord
 * @param verifyValid called after each step
 * @param urgent told at once of a failure, in case the JVM does not survive what follows
 */
record ModelCheck(Supplier<GlobalAlloc> backends, long maxAlignment, boolean mayRefuse, Runnable verifyValid,
		Consumer<String> urgent) {

	private static final int STEPS = 400;

	private static final int SHRINKING_ATTEMPTS = 1000;

	/** Runs some programs. */
	void run(int programs, boolean refusals) {
		long seed = StressSettings.seed();
		SplittableRandom random = new SplittableRandom(seed);
		for (int i = 0; i < programs * StressSettings.factor(); i++) {
			Program program = Program.random(random, STEPS, this.maxAlignment, refusals);
			Divergence divergence = divergence(program);
			if (divergence != null) {
				throw failed(seed, program, divergence);
			}
		}
	}

	private AssertionError failed(long seed, Program program, Divergence divergence) {
		String failure = "a random program failed, %s: %s".formatted(StressSettings.repeatWith(seed),
				divergence.getMessage());
		this.urgent.accept(failure);
		Program smallest = program.first(divergence.step() + 1)
			.shrink((candidate) -> divergence(candidate) != null, SHRINKING_ATTEMPTS);
		Divergence last = divergence(smallest);
		if (last == null) {
			return new AssertionError("%s, but not when run again:%n%s".formatted(failure, program), divergence);
		}
		return new AssertionError("%s%n%d steps of it fail at step %d, %s:%n%s".formatted(failure,
				smallest.steps().size(), last.step() + 1, last.getMessage(), smallest), last);
	}

	private @Nullable Divergence divergence(Program program) {
		try {
			new Model(this.backends.get(), this.mayRefuse, this.verifyValid).run(program);
			return null;
		}
		catch (Divergence ex) {
			return ex;
		}
	}

}
