package io.freehold.benchmarks.contender;

import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;

import io.freehold.benchmarks.FastThreads;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.internal.PlatformDependent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Contenders are measured only if they give out memory of one's own, and under the
 * conditions that the documentation states.
 */
@EnabledOnOs(value = OS.LINUX, architectures = { "amd64", "x86_64" },
		disabledReason = "two contenders are libraries for Linux on x86-64")
class ContenderTests {

	private static final int COUNT = 200;

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
	void blocks_keepTheirContent(Contender contender) {
		SplittableRandom random = new SplittableRandom(1);
		Slots slots = contender.slots(COUNT);
		int[] sizes = new int[COUNT];
		for (int i = 0; i < COUNT * 10; i++) {
			int slot = (i < COUNT) ? i : random.nextInt(COUNT);
			int size = random.nextInt(8, 2000);
			if (slots.holds(slot)) {
				check(slots, slot, sizes[slot]);
				slots.replace(slot, size);
			}
			else {
				slots.allocate(slot, size);
			}
			assertThat(slots.get(slot, 0)).as("first byte").isEqualTo((byte) slot);
			sizes[slot] = size;
			for (int offset = 0; offset < size; offset++) {
				slots.put(slot, offset, (byte) (slot + offset));
			}
		}
		assertThat(slots.live()).isEqualTo(COUNT);
		for (int slot = 0; slot < COUNT; slot++) {
			check(slots, slot, sizes[slot]);
		}
		slots.freeAll();
		assertThat(slots.live()).isZero();
	}

	private static void check(Slots slots, int slot, int size) {
		for (int offset = 0; offset < size; offset++) {
			if (slots.get(slot, offset) != (byte) (slot + offset)) {
				throw new AssertionError("slot " + slot + " of " + size + " bytes differs at " + offset);
			}
		}
	}

	@Test
	void netty_usesUnsafe() {
		assertThat(PlatformDependent.hasUnsafe()).isTrue();
	}

	@Test
	void netty_hasMemoryForMagazinesOfThreads() {
		assertThat(Runtime.getRuntime().maxMemory()).isGreaterThan(512L << 20);
	}

	@Test
	void threads_cleanUpFastThreadLocals() throws InterruptedException, ExecutionException {
		try (ExecutorService threads = new FastThreads(1, "test")) {
			assertThat(threads.submit(FastThreadLocalThread::currentThreadWillCleanupFastThreadLocals).get()).isTrue();
		}
	}

}
