package io.freehold.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import io.freehold.backend.Backends;
import io.freehold.conformance.TwoMethodAlloc;
import io.freehold.contract.CheckedAlloc;
import io.freehold.spi.GlobalAlloc;
import io.freehold.stress.FaultyAlloc;
import io.freehold.stress.FaultyAlloc.Fault;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Random programs over the backends there are, and over ones with bugs.
 */
class RandomModelTests {

	@Nested
	class SystemBackend extends RandomModelContract {

		private final CheckedAlloc checked = new CheckedAlloc(Backends.get("system"));

		@Override
		protected GlobalAlloc backend() {
			return this.checked;
		}

		@Override
		protected void verifyAllFreed() {
			this.checked.verifyAllReturned();
		}

	}

	@Nested
	class UserBackend extends RandomModelContract {

		@Override
		protected GlobalAlloc backend() {
			return new TwoMethodAlloc();
		}

	}

	@TestFactory
	Stream<DynamicTest> programs_faultyBackend_fail() {
		return Arrays.stream(Fault.values()).map((fault) -> DynamicTest.dynamicTest(fault.toString(), () -> {
			ModelCheck check = new ModelCheck(() -> new FaultyAlloc(Backends.get("system"), fault, 2), 4096, true,
					() -> {
					}, (_) -> {
					});
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> check.run(50, false))
				.withMessageContainingAll("repeat with", "steps of it fail");
		}));
	}

	@Test
	void shrink_twoStepsMatter_leavesThem() {
		Step first = new Step.Allocate(17, 1, false, false);
		Step second = new Step.Deallocate(3);
		List<Step> noise = Collections.nCopies(50, new Step.Reallocate(1, 2, false));
		List<Step> steps = new ArrayList<>(noise);
		steps.add(first);
		steps.addAll(noise);
		steps.add(second);
		steps.addAll(noise);
		Program program = new Program(steps)
			.shrink((candidate) -> candidate.steps().containsAll(List.of(first, second)), 1000);
		assertThat(program.steps()).containsExactly(first, second);
	}

}
