package io.freehold.model;

import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Random programs of one thread, of up to 64 MiB live at a time, against a model: blocks
 * are aligned, never overlap, keep every byte and come zeroed where they must, and a
 * refused call changes nothing. A program that fails is made as small as possible and
 * printed. {@code -Dfreehold.stress.factor} runs more programs,
 * {@code -Dfreehold.stress.seed} the same again.
 */
public abstract class RandomModelContract {

	private static final int PROGRAMS = 100;

	/**
	 * For subclasses.
	 */
	protected RandomModelContract() {
	}

	/**
	 * Returns the backend under test. Called before each program: programs that fail are
	 * made small best if it is a new one.
	 * @return a backend
	 */
	protected abstract GlobalAlloc backend();

	/**
	 * Returns the largest alignment to be asked for.
	 * @return a power of two; 2 MiB by default
	 */
	protected long maxAlignment() {
		return 2 << 20;
	}

	/**
	 * Returns whether the backend may refuse what is asked for although less than 64 MiB
	 * are live.
	 * @return false by default
	 */
	protected boolean mayRefuse() {
		return false;
	}

	/**
	 * Called after each step of a program. Does nothing by default.
	 */
	protected void verifyValid() {
	}

	/**
	 * Called after each test, when all blocks have been freed. Does nothing by default.
	 */
	protected void verifyAllFreed() {
	}

	@Test
	@DisplayName("random programs agree with a model")
	void programs_anything_agreeWithModel() {
		run(false);
	}

	@Test
	@DisplayName("random programs some of whose calls are refused agree with a model")
	void programs_callsRefused_agreeWithModel() {
		run(true);
	}

	private void run(boolean refusals) {
		new ModelCheck(this::backend, maxAlignment(), mayRefuse(), this::verifyValid, System.err::println).run(PROGRAMS,
				refusals);
		verifyAllFreed();
	}

}
