package io.freehold.stress;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import io.freehold.backend.Backends;
import io.freehold.spi.GlobalAlloc;
import io.freehold.stress.FaultyAlloc.Fault;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The workloads find the bugs they are meant to find, and failures end them.
 */
class StressDetectionTests {

	/** What every workload must find. */
	private static final Set<Fault> ALWAYS = EnumSet.of(Fault.HANDED_OUT_TWICE, Fault.OVERLAP);

	private static final Map<String, Set<Fault>> FOUND = Map.of("mstress", plus(Fault.MISALIGNED, Fault.NOT_ZEROED),
			"rptest", plus(Fault.MISALIGNED), "larson", plus(Fault.MISALIGNED), "xmalloc-test", plus(Fault.MISALIGNED),
			"glibc-thread", ALWAYS, "alloc-test", plus(Fault.MISALIGNED), "exchange", EnumSet.allOf(Fault.class));

	private final GlobalAlloc system = Backends.get("system");

	private static Set<Fault> plus(Fault... more) {
		Set<Fault> faults = EnumSet.copyOf(ALWAYS);
		faults.addAll(Set.of(more));
		return faults;
	}

	@TestFactory
	Stream<DynamicTest> workload_faultyBackend_fails() {
		return StressContract.workloads()
			.entrySet()
			.stream()
			.flatMap((entry) -> FOUND.getOrDefault(entry.getKey(), Set.of())
				.stream()
				.map((fault) -> DynamicTest.dynamicTest(entry.getKey() + ", " + fault,
						() -> detects(entry.getKey(), entry.getValue(), fault))));
	}

	private void detects(String name, StressWorkload workload, Fault fault) {
		ThreadKind kind = (fault.ordinal() % 2 == 0) ? ThreadKind.PLATFORM : ThreadKind.VIRTUAL;
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> StressContract.run(name, workload, new FaultyAlloc(this.system, fault, 100), kind))
			.withMessageContainingAll(name, fault.toString(), StressSettings.SEED);
	}

	@Test
	void pattern_anyByteChanged_isFound() {
		for (long size = 1; size < 40; size++) {
			Block block = Block.allocate(this.system, size, 1, size);
			for (long i = 0; i < size; i++) {
				long changed = block.address() + i;
				Pattern.invert(changed);
				assertThatExceptionOfType(AssertionError.class).isThrownBy(block::verify)
					.withMessageContaining("byte " + i + " of the block of " + size + " bytes");
				Pattern.invert(changed);
			}
			block.free(this.system);
		}
	}

	@Test
	void pattern_anyByteNotZero_isFound() {
		for (long size = 1; size < 40; size++) {
			long zeroed = this.system.allocateZeroed(size, 1);
			Pattern.verifyZero(zeroed, size);
			for (long i = 0; i < size; i++) {
				long changed = zeroed + i;
				long length = size;
				Pattern.invert(changed);
				assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> Pattern.verifyZero(zeroed, length))
					.withMessageContaining("byte " + i);
				Pattern.invert(changed);
			}
			this.system.deallocate(zeroed, size, 1);
		}
	}

	@Test
	void crew_oneFails_othersStopAndTheCauseIsTold() throws Exception {
		Crew crew = new Crew();
		LinkedBlockingDeque<Integer> full = new LinkedBlockingDeque<>(1);
		full.add(1);
		AtomicBoolean ended = new AtomicBoolean();
		crew.start(ThreadKind.PLATFORM, () -> crew.push(full, 2));
		crew.start(ThreadKind.VIRTUAL, () -> {
			try {
				while (true) {
					crew.checkpoint();
				}
			}
			finally {
				ended.set(true);
			}
		});
		crew.start(ThreadKind.VIRTUAL, () -> crew.start(ThreadKind.PLATFORM, () -> {
			throw new IllegalStateException("on purpose");
		}));
		assertThatExceptionOfType(AssertionError.class).isThrownBy(crew::join)
			.withMessageContaining("on purpose")
			.withCauseInstanceOf(IllegalStateException.class);
		assertThat(ended).isTrue();
	}

}
