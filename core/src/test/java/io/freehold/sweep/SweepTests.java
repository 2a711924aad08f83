package io.freehold.sweep;

import java.util.ArrayList;
import java.util.List;

import io.freehold.child.ChildJvm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sweeps in JVMs of their own: in the build the short form, and with
 * {@code -Dfreehold.sweep=full} every operation on blocks of every size, over every
 * backend, in every mode of compilation.
 */
@Execution(ExecutionMode.CONCURRENT)
class SweepTests {

	private static final boolean FULL = "full".equals(System.getProperty("freehold.sweep"));

	private static final String GRANTED = "--enable-native-access=ALL-UNNAMED";

	private static final String DENIED = "--illegal-native-access=deny";

	/** So that what is free is known to the byte. */
	private static final List<String> FULL_HEAP = List.of("-Xint", "-XX:+UseSerialGC", "-XX:-UseTLAB", "-Xmx8m",
			"-Xms8m", "-Xmn1m");

	private static final List<String> INTERPRETED = List.of("-Xint", "-XX:+UseSerialGC", "-Xmx200m", "-Xss256k");

	private static final List<String> SOON = List.of("-XX:+UseSerialGC", "-Xmx200m", "-Xss256k", "-Xbatch",
			"-XX:CompileThresholdScaling=0.05");

	private static final List<String> C1 = plus(SOON, "-XX:TieredStopAtLevel=1");

	private static final List<String> C2 = plus(SOON, "-XX:TieredStopAtLevel=4");

	private static final String ALL_SIZES = "sizes=SMALL,LARGE,HUGE";

	/** What is another path for blocks that are mappings of their own. */
	private static final String OTHER_IF_HUGE = "operations=(allocate|allocateZeroed|deallocate|grow|growAligned|shrink"
			+ "|shrinkToNothing|freeTwice|freeWithOtherSize|close|closeHeap) (GLOBAL|MANAGED) HUGE";

	/** Those whose path differs on other kinds of allocators. */
	private static final String OTHERS_ONCE = "operations=(allocate|allocateZeroed|grow|growAligned|shrink) GLOBAL SMALL"
			+ "|(allocate|grow) HEAP SMALL|closeArena SHARED SMALL"
			+ "|(allocate|grow|growALittle|shrinkAligned|mark|asArena|arenaAllocate|allocateBeyondLimit) CONFINED SMALL";

	/** In the build not each frame of the stack is an end of it. */
	private static final String STEP = FULL ? "step=1" : "step=11";

	@Test
	void operation_heapFull_hasItsEffectOrNone() throws Exception {
		if (FULL) {
			expectNoFaults(FULL_HEAP, GRANTED, Sweeps.class, "heap", "backends=pooled,system", ALL_SIZES);
			expectNoFaults(FULL_HEAP, DENIED, Sweeps.class, "heap", ALL_SIZES);
		}
		else {
			expectNoFaults(FULL_HEAP, GRANTED, Sweeps.class, "heap", "operations=[a-e].* MANAGED SMALL");
		}
	}

	@Test
	void operation_heapFull_rest_hasItsEffectOrNone() throws Exception {
		expectNoFaults(FULL_HEAP, GRANTED, Sweeps.class, "heap", "operations=[f-z].* MANAGED SMALL");
	}

	@Test
	void operation_heapFull_otherAllocators_hasItsEffectOrNone() throws Exception {
		expectNoFaults(FULL_HEAP, GRANTED, Sweeps.class, "heap", OTHERS_ONCE);
		expectNoFaults(FULL_HEAP, GRANTED, Sweeps.class, "heap", "sizes=HUGE", OTHER_IF_HUGE);
	}

	@Test
	void operation_stackEnds_hasItsEffectOrNone() throws Exception {
		sweepStack("stack");
		expectNoFaults(INTERPRETED, GRANTED, Sweeps.class, "stack", "sizes=HUGE", OTHER_IF_HUGE, STEP);
	}

	@Test
	void operation_stackOfVirtualThreadEnds_hasItsEffectOrNone() throws Exception {
		sweepStack("virtual");
	}

	private static void sweepStack(String kind) throws Exception {
		if (FULL) {
			for (List<String> mode : List.of(INTERPRETED, C1, C2)) {
				expectNoFaults(mode, GRANTED, Sweeps.class, kind, "backends=pooled,system", ALL_SIZES, "warmup=50");
				expectNoFaults(mode, DENIED, Sweeps.class, kind, ALL_SIZES, "warmup=50");
			}
		}
		else {
			expectNoFaults(INTERPRETED, GRANTED, Sweeps.class, kind, STEP);
		}
	}

	@Test
	void operation_memoryRefusedOrThrows_hasItsEffectOrNone() throws Exception {
		List<String> options = List.of("-XX:+UseSerialGC", "-Xmx200m");
		expectNoFaults(options, GRANTED, Sweeps.class, "faults",
				"backends=pooled-mapped,pooled-small-chunks,pooled-odd-chunks,foreign", ALL_SIZES);
		if (FULL) {
			expectNoFaults(options, DENIED, Sweeps.class, "faults",
					"backends=pooled-mapped,pooled-small-chunks,foreign", ALL_SIZES);
		}
	}

	@Test
	void firstRefusalAndMisuse_stackEnds_laterOnesAreTold() throws Exception {
		expectNoFaults(INTERPRETED, GRANTED, FirstUse.class, "stack", FULL ? "all" : "LIMIT,DOUBLE_FREE", "0", "20000",
				FULL ? "1" : "3");
	}

	@Test
	void firstRefusalAndMisuse_heapFull_laterOnesAreTold() throws Exception {
		List<String> options = List.of("-Xint", "-XX:+UseSerialGC", "-XX:-UseTLAB", "-Xmx40m", "-Xms40m", "-Xmn4m");
		expectNoFaults(options, GRANTED, FirstUse.class, "heap", FULL ? "all" : "LIMIT,DOUBLE_FREE", "0", "20000", "1");
	}

	private static void expectNoFaults(List<String> options, String access, Class<?> program, String... arguments)
			throws Exception {
		List<String> command = new ArrayList<>(options);
		command.addAll(List.of(access, "-cp", System.getProperty("java.class.path"), program.getName()));
		command.addAll(List.of(arguments));
		ChildJvm jvm = ChildJvm.start(command);
		String last = jvm.out().substring(jvm.out().lastIndexOf('\n') + 1);
		System.out.println(last);
		assertThat(jvm.out()).as(jvm.err()).doesNotContain("FAULT");
		assertThat(last).as(jvm.err()).matches(".* [1-9][0-9]* sweeps, [1-9][0-9]* points, 0 faults");
		assertThat(jvm.exitValue()).isZero();
	}

	private static List<String> plus(List<String> options, String option) {
		List<String> longer = new ArrayList<>(options);
		longer.add(option);
		return longer;
	}

}
