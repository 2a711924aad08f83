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
		for (int round = 0; round < 150; round++) {
			run(backend, this.seed + round, round % 2 == 0);
			backend.assertAllHome();
		}
	}

	@Test
	void randomPrograms_overSystem() {
		for (int round = 0; round < 60; round++) {
			run(Backends.get("system"), this.seed - round, round % 2 == 0);
		}
	}

	private static void run(GlobalAlloc backend, long seed, boolean shared) {
		SplittableRandom random = new SplittableRandom(seed);
		ManagedAllocator root = ManagedAllocator.root(backend, (spec) -> spec.regionChunkSize(1024));
		try (Region region = shared ? root.openSharedRegion() : root.openRegion()) {
			Program program = new Program(region, random);
			for (int i = 0; i < 400; i++) {
				program.step();
				if (i % 20 == 0) {
					program.check(seed);
				}
			}
		}
		assertThat(root.budget().used()).isZero();
		root.close();
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

	private static final class Program {

		private final Region region;

		private final SplittableRandom random;

		private final Deque<Mark> marks = new ArrayDeque<>();

		/** The live blocks of each lifetime, the region's own at the bottom. */
		private final Deque<List<Block>> lifetimes = new ArrayDeque<>();

		private byte next;

		Program(Region region, SplittableRandom random) {
			this.region = region;
			this.random = random;
			this.lifetimes.push(new ArrayList<>());
		}

		void step() {
			switch (this.random.nextInt(14)) {
				case 0 -> mark();
				case 1 -> endMark();
				case 2 -> {
					if (this.random.nextInt(10) == 0) {
						reset();
					}
				}
				case 3, 4 -> free();
				case 5, 6 -> grow();
				case 7, 8 -> shrink();
				default -> allocate();
			}
		}

		private void mark() {
			this.marks.push(this.region.mark());
			this.lifetimes.push(new ArrayList<>());
		}

		private void endMark() {
			if (!this.marks.isEmpty()) {
				this.marks.pop().close();
				assertEnded(this.lifetimes.pop());
			}
		}

		private void reset() {
			this.region.reset();
			this.lifetimes.forEach(Program::assertEnded);
			this.marks.clear();
			this.lifetimes.clear();
			this.lifetimes.push(new ArrayList<>());
		}

		private static void assertEnded(List<Block> blocks) {
			assertThat(blocks).noneMatch((block) -> block.segment().scope().isAlive());
		}

		private Layout layout(long least, long most) {
			long size = least + this.random.nextLong(most - least + 1);
			return Layout.of(size, 1L << this.random.nextInt(9));
		}

		private void allocate() {
			Layout layout = layout(1, (this.random.nextInt(10) == 0) ? 6_000 : 200);
			boolean zeroed = this.random.nextBoolean();
			MemorySegment segment = zeroed ? this.region.allocateZeroed(layout) : this.region.allocate(layout);
			if (zeroed) {
				assertThat(segment.toArray(ValueLayout.JAVA_BYTE)).containsOnly(0);
			}
			add(segment, layout, ++this.next);
		}

		private void grow() {
			Block block = takeAny();
			if (block != null) {
				Layout larger = layout(block.layout().size(), block.layout().size() + 300);
				MemorySegment segment = this.region.growZeroed(block.segment(), block.layout(), larger);
				assertThat(segment.asSlice(block.layout().size()).toArray(ValueLayout.JAVA_BYTE))
					.matches((tail) -> tail.length == 0 || allEqual(tail, (byte) 0));
				assertThat(allEqual(segment.asSlice(0, block.layout().size()).toArray(ValueLayout.JAVA_BYTE),
						block.content()))
					.isTrue();
				add(segment, larger, block.content());
			}
		}

		private void shrink() {
			Block block = takeAny();
			if (block != null) {
				Layout smaller = layout(1, block.layout().size());
				add(this.region.shrink(block.segment(), block.layout(), smaller), smaller, block.content());
			}
		}

		private void free() {
			Block block = takeAny();
			if (block != null) {
				this.region.deallocate(block.segment(), block.layout());
			}
		}

		private void add(MemorySegment segment, Layout layout, byte content) {
			assertThat(segment.address() % layout.alignment()).isZero();
			assertThat(segment.byteSize()).isEqualTo(layout.size());
			this.lifetimes.element().add(new Block(segment.fill(content), layout, content));
		}

		private @Nullable Block takeAny() {
			for (List<Block> blocks : this.lifetimes) {
				if (!blocks.isEmpty() && this.random.nextBoolean()) {
					int last = blocks.size() - 1;
					return blocks.remove(this.random.nextBoolean() ? last : this.random.nextInt(last + 1));
				}
			}
			return null;
		}

		void check(long seed) {
			assertThat(((BumpRegion) this.region).isValid()).isTrue();
			List<Block> all = new ArrayList<>();
			this.lifetimes.forEach(all::addAll);
			all.sort((one, other) -> Long.compare(one.segment().address(), other.segment().address()));
			long end = 0;
			for (Block block : all) {
				assertThat(block.segment().address()).as("seed %d: no overlap", seed).isGreaterThanOrEqualTo(end);
				end = block.segment().address() + block.segment().byteSize();
				assertThat(allEqual(block.segment().toArray(ValueLayout.JAVA_BYTE), block.content()))
					.as("seed %d: content", seed)
					.isTrue();
			}
		}

		private static boolean allEqual(byte[] bytes, byte value) {
			for (byte b : bytes) {
				if (b != value) {
					return false;
				}
			}
			return true;
		}

	}

	private record Block(MemorySegment segment, Layout layout, byte content) {

	}

}
