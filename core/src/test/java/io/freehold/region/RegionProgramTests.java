package io.freehold.region;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

import com.sun.management.ThreadMXBean;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.budget.Budget;
import io.freehold.managed.CheckingAlloc;
import io.freehold.managed.ManagedAllocator;
import io.freehold.managed.Race;
import io.freehold.region.Region.Mark;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random programs against a model, and what a region costs the heap.
 */
class RegionProgramTests {

	/**
	 * One lifetime, its lists and supplier, its arena when it was used, and the chunk.
	 */
	private static final long HEAP_PER_RESET = 512;

	/** The segment, and slack for what the JVM does besides. */
	private static final long HEAP_PER_BLOCK = 128;

	private final long seed = Race.seed(this);

	@Test
	void randomPrograms_overACheckingBackend() {
		CheckingAlloc backend = new CheckingAlloc();
		for (int round = 0; round < 400; round++) {
			run(backend, this.seed + round, round % 2 == 0, () -> {
			});
			backend.assertAllHome();
		}
	}

	@Test
	void randomPrograms_overABackendThatRefuses() {
		CheckingAlloc backend = new CheckingAlloc();
		SplittableRandom refusals = new SplittableRandom(this.seed);
		for (int round = 0; round < 400; round++) {
			run(backend, this.seed + round, round % 2 == 0, () -> {
				if (refusals.nextInt(6) == 0) {
					backend.refuse(1);
				}
			});
			backend.refuse(0);
			backend.assertAllHome();
		}
	}

	@Test
	void randomPrograms_overSystem() {
		for (int round = 0; round < 100; round++) {
			run(Backends.get("system"), this.seed - round, round % 2 == 0, () -> {
			});
		}
	}

	private static void run(GlobalAlloc backend, long seed, boolean shared, Runnable beforeEachStep) {
		SplittableRandom random = new SplittableRandom(seed);
		long limit = random.nextBoolean() ? 20_000 + random.nextInt(60_000) : Budget.UNLIMITED;
		long limitPerRegion = random.nextBoolean() ? 10_000 + random.nextInt(40_000) : Budget.UNLIMITED;
		ManagedAllocator root = ManagedAllocator.root(backend,
				(spec) -> spec.regionChunkSize(1024).limit(limit).limitPerRegion(limitPerRegion));
		Region region = shared ? root.openSharedRegion() : root.openRegion();
		RegionProgram program = new RegionProgram(region, random);
		for (int i = 0; i < 300; i++) {
			beforeEachStep.run();
			program.step();
			assertThat(root.budget().used()).isEqualTo(root.stats().liveBytes()).isLessThanOrEqualTo(limit);
			if (i % 20 == 0) {
				program.check(seed);
			}
		}
		program.check(seed);
		if (random.nextBoolean()) {
			region.close();
			assertThat(root.budget().used()).as("seed %d", seed).isZero();
		}
		root.close();
		program.assertAllEnded();
		assertThat(root.budget().used()).as("seed %d", seed).isZero();
	}

	@Test
	void reset_unusedRegion_costsTheHeapOneLifetime() {
		measure(0, HEAP_PER_RESET);
	}

	@Test
	void reset_usedRegion_costsTheHeapOneLifetimeAndTheSegments() {
		measure(20, HEAP_PER_RESET + 20 * HEAP_PER_BLOCK);
	}

	private static void measure(int blocks, long most) {
		ManagedAllocator root = ManagedAllocator.root(Backends.get("system"), (_) -> {
		});
		ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
		Layout layout = Layout.of(64, 8);
		int resets = 20_000;
		try (Region region = root.openRegion()) {
			long bytes = 0;
			// the last pass counts, when everything is warm
			for (int pass = 0; pass < 3; pass++) {
				long before = threads.getCurrentThreadAllocatedBytes();
				for (int i = 0; i < resets; i++) {
					for (int block = 0; block < blocks; block++) {
						region.allocate(layout);
					}
					region.reset();
				}
				bytes = threads.getCurrentThreadAllocatedBytes() - before;
			}
			assertThat(bytes / resets).isLessThanOrEqualTo(most);
		}
		root.close();
	}

}
