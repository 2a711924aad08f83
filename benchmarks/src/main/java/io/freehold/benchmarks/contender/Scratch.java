package io.freehold.benchmarks.contender;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Locale;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.managed.Heap;
import io.freehold.region.Region;

/**
 * Where a request takes its scratch memory from. The seam lies at a whole request, so
 * that no contender pays for the form of another.
 */
public enum Scratch {

	/** A confined arena for each request. */
	ARENA_CONFINED(Contender.ARENA_CONFINED) {

		@Override
		public void serve(int[] sizes, int from, int to) {
			try (Arena arena = Arena.ofConfined()) {
				useAll((slot, size) -> arena.allocate(size, Freehold.ALIGNMENT), sizes, from, to);
			}
		}

	},

	/** A region for each request. */
	REGION(Contender.FREEHOLD_MANAGED) {

		@Override
		public void serve(int[] sizes, int from, int to) {
			try (Region region = Freehold.requests().openRegion()) {
				useAll((slot, size) -> region.allocate(Layout.of(size, Freehold.ALIGNMENT)), sizes, from, to);
			}
		}

	},

	/** Blocks of the managed allocator, freed one by one. */
	MANAGED(Contender.FREEHOLD_MANAGED) {

		@Override
		public void serve(int[] sizes, int from, int to) {
			useAndFree(Freehold.requests(), sizes, from, to);
		}

	},

	/** A heap for each request, whose blocks are freed when it is closed. */
	HEAP(Contender.FREEHOLD_MANAGED) {

		@Override
		public void serve(int[] sizes, int from, int to) {
			try (Heap heap = Freehold.requests().openHeap()) {
				useAll((slot, size) -> heap.allocate(Layout.of(size, Freehold.ALIGNMENT)), sizes, from, to);
			}
		}

	},

	/** Blocks of {@code Global}, freed one by one. */
	GLOBAL(Contender.FREEHOLD_GLOBAL) {

		@Override
		public void serve(int[] sizes, int from, int to) {
			useAndFree(Freehold.global(), sizes, from, to);
		}

	},

	/** Byte arrays on the Java heap. */
	JAVA_HEAP(Contender.NONE) {

		@Override
		public void serve(int[] sizes, int from, int to) {
			useAll((slot, size) -> MemorySegment.ofArray(new byte[size]), sizes, from, to);
		}

	};

	private static final long EVERY_BYTE = 0x0101_0101_0101_0101L;

	private final Contender contender;

	Scratch(Contender contender) {
		this.contender = contender;
	}

	/**
	 * Serves a request: takes blocks of the sizes from one index to another, fills and
	 * sums each, yields once in the middle, and gives all of them back.
	 * @throws IllegalStateException if a block does not contain what was written into it
	 */
	public abstract void serve(int[] sizes, int from, int to);

	/**
	 * Returns the contender that results are shown under. {@code NONE} stands for the
	 * Java heap: a request without native memory.
	 */
	public Contender contender() {
		return this.contender;
	}

	/**
	 * Returns the name that results of different kinds of memory of one contender are
	 * told apart by.
	 */
	public String label() {
		return name().toLowerCase(Locale.ROOT);
	}

	private static void useAndFree(Allocator allocator, int[] sizes, int from, int to) {
		MemorySegment[] blocks = new MemorySegment[to - from];
		useAll((slot, size) -> blocks[slot] = allocator.allocate(Layout.of(size, Freehold.ALIGNMENT)), sizes, from, to);
		for (MemorySegment block : blocks) {
			allocator.deallocate(block, Layout.of(block.byteSize(), Freehold.ALIGNMENT));
		}
	}

	@SuppressWarnings("ThreadPriorityCheck") // the yield is the workload
	private static void useAll(Source source, int[] sizes, int from, int to) {
		int middle = (from + to) >>> 1;
		for (int i = from; i < to; i++) {
			if (i == middle) {
				Thread.yield();
			}
			use(source.take(i - from, sizes[i]), (byte) i);
		}
	}

	private static void use(MemorySegment block, byte value) {
		block.fill(value);
		int words = (int) (block.byteSize() >>> 3);
		long sum = 0;
		for (int word = 0; word < words; word++) {
			sum += block.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, word);
		}
		if (sum != words * ((value & 0xff) * EVERY_BYTE)) {
			throw new IllegalStateException("a block of " + block.byteSize() + " bytes was filled with " + value
					+ ", and its " + words + " words have the sum " + sum);
		}
	}

	private interface Source {

		MemorySegment take(int slot, int size);

	}

}
