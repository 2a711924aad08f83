package io.freehold.contract;

import java.util.ArrayList;
import java.util.List;

import io.freehold.Allocator;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How an allocator behaves over a backend that refuses. A subclass says in
 * {@link #over(GlobalAlloc)} how the allocator is built; all tests are inherited.
 *
 * <p>
 * The sweep runs one script of calls again and again, while the backend refuses its
 * first, then its second, then its third call and so on, until the script passes
 * untouched. Whichever call is refused: the block concerned keeps its bytes and stays
 * usable, the refused call has freed nothing, it succeeds when it is repeated, and in the
 * end every block of the backend was given back once, with its own size and alignment.
 */
public abstract class FaultSweepContract {

	/**
	 * For subclasses.
	 */
	protected FaultSweepContract() {
	}

	/**
	 * Builds a fresh allocator.
	 * @param backend where it gets all its memory
	 * @return the allocator
	 */
	protected abstract Allocator over(GlobalAlloc backend);

	/**
	 * Closes an allocator that was built here, after all blocks were freed. Does nothing
	 * by default.
	 * @param allocator the allocator
	 */
	protected void close(Allocator allocator) {
	}

	/**
	 * Returns the backend that serves what is not refused.
	 * @return the backend
	 */
	protected abstract GlobalAlloc backend();

	@Test
	@DisplayName("A11 whichever backend call is refused, nothing is lost")
	void sweep_everyCallRefused_nothingLost() {
		int swept = 0;
		while (run(swept + 1)) {
			swept++;
		}
		System.out.println(getClass().getName() + ": fault sweep over " + swept + " backend calls");
		assertThat(swept).as("backend calls that were refused in turn").isPositive();
	}

	/** Runs the script with one refusal and returns whether it came to it. */
	private boolean run(int refusedCall) {
		CheckedAlloc checked = new CheckedAlloc(backend());
		FailingAlloc failing = new FailingAlloc(checked).refuse(refusedCall);
		Allocator allocator = over(failing);
		List<Boolean> failed = new ArrayList<>();
		try {
			new FaultScript(allocator, checked, failing, failed::add).run();
			close(allocator);
			checked.verifyAllReturned();
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError("with backend call %d refused: %s".formatted(refusedCall, ex.getMessage()), ex);
		}
		assertThat(failed.size()).as("calls that failed with backend call %d refused", refusedCall)
			.isLessThanOrEqualTo((int) failing.refusals());
		return failing.refusals() > 0;
	}

	@Test
	@DisplayName("B14 what needs no memory succeeds when none is left")
	void exhausted_noMemoryNeeded_succeeds() {
		CheckedAlloc checked = new CheckedAlloc(backend());
		FailingAlloc failing = new FailingAlloc(checked);
		Allocator allocator = over(failing);
		FaultScript.withoutMemory(allocator, failing);
		close(allocator);
		checked.verifyAllReturned();
	}

}
