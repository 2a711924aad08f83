package io.freehold.pool;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import io.freehold.held.Owner;
import io.freehold.internal.Memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Free blocks that travel between threads through magazines, depots and slabs of a real
 * allocator, more of them than a magazine holds. Whoever has a block writes to it without
 * telling anybody, and must be alone with it. The figures are how often a thread was not,
 * and how many blocks were not freed.
 */
public final class Travels {

	/*
	 * One allocator for all states, as in life. Its largest alignment of small blocks
	 * puts blocks of 16 bytes into places of 8 KiB, of which a magazine holds only four.
	 */

	private static final PooledAlloc POOLED = new PooledAlloc();

	private static final long SIZE = 16;

	private static final long ALIGNMENT = 8 << 10;

	private static final int BLOCKS = 6;

	private Travels() {
	}

	private static long[] allocate(long pattern) {
		long[] blocks = new long[BLOCKS];
		for (int i = 0; i < BLOCKS; i++) {
			blocks[i] = POOLED.allocate(SIZE, ALIGNMENT);
			write(blocks[i], pattern);
		}
		return blocks;
	}

	private static void write(long address, long pattern) {
		MemorySegment block = Memory.segment(address, SIZE);
		block.set(ValueLayout.JAVA_LONG, 0, pattern);
		block.set(ValueLayout.JAVA_LONG, 8, pattern);
	}

	/** Returns how many blocks have something else in them. */
	private static int strange(long[] blocks, long pattern) {
		int strange = 0;
		for (long address : blocks) {
			MemorySegment block = Memory.segment(address, SIZE);
			if (block.get(ValueLayout.JAVA_LONG, 0) != pattern || block.get(ValueLayout.JAVA_LONG, 8) != pattern) {
				strange++;
			}
		}
		return strange;
	}

	private static void free(long[] blocks) {
		for (long address : blocks) {
			POOLED.deallocate(address, SIZE, ALIGNMENT);
		}
	}

	/** Allocates zeros, fills them, looks whether they stay, and frees them. */
	private static int useZeroed(long pattern) {
		long[] blocks = new long[BLOCKS];
		for (int i = 0; i < BLOCKS; i++) {
			blocks[i] = POOLED.allocateZeroed(SIZE, ALIGNMENT);
		}
		int strange = strange(blocks, 0);
		for (long address : blocks) {
			write(address, pattern);
		}
		strange += strange(blocks, pattern);
		free(blocks);
		return strange;
	}

	/** Each frees what the other has written, and allocates zeros. */
	@JCStressTest
	@Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "alone with each block")
	@Outcome(expect = Expect.FORBIDDEN, desc = "somebody else wrote to a block")
	@State
	public static class Crossed {

		private final long[] left = allocate(1);

		private final long[] right = allocate(2);

		@Actor
		public void one(III_Result r) {
			r.r1 = strange(this.left, 1);
			free(this.left);
			r.r1 += useZeroed(3);
		}

		@Actor
		public void two(III_Result r) {
			r.r2 = strange(this.right, 2);
			free(this.right);
			r.r2 += useZeroed(4);
		}

	}

	/** Both free the same blocks; then each allocates zeros. */
	@JCStressTest
	@Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "freed once, and alone with each block")
	@Outcome(expect = Expect.FORBIDDEN, desc = "freed twice, or somebody else wrote to a block")
	@State
	public static class FreedTwice {

		private final long[] blocks = new long[BLOCKS];

		private final boolean[] one = new boolean[BLOCKS];

		private final boolean[] two = new boolean[BLOCKS];

		/**
		 * Of their own owner, so that a stale free never hits a block that came later.
		 */
		private final Owner owner = POOLED.newOwner();

		public FreedTwice() {
			for (int i = 0; i < BLOCKS; i++) {
				this.blocks[i] = this.owner.allocate(SIZE, ALIGNMENT, false);
				write(this.blocks[i], 1);
			}
		}

		@Actor
		public void one(III_Result r) {
			freeAll(this.one);
			r.r1 = useZeroed(3);
		}

		@Actor
		public void two(III_Result r) {
			freeAll(this.two);
			r.r2 = useZeroed(4);
		}

		private void freeAll(boolean[] freed) {
			for (int i = 0; i < BLOCKS; i++) {
				freed[i] = this.owner.tryFree(this.blocks[i], SIZE, ALIGNMENT);
			}
		}

		@Arbiter
		public void after(III_Result r) {
			for (int i = 0; i < BLOCKS; i++) {
				if (this.one[i] == this.two[i]) {
					r.r3++;
				}
			}
		}

	}

	/** While both allocate and free, all that is cached is given back. */
	@JCStressTest
	@Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "alone with each block")
	@Outcome(expect = Expect.FORBIDDEN, desc = "somebody else wrote to a block")
	@State
	public static class Trimmed {

		private final long[] left = allocate(1);

		@Actor
		public void one(III_Result r) {
			r.r1 = strange(this.left, 1);
			free(this.left);
			r.r1 += useZeroed(3);
		}

		@Actor
		public void two(III_Result r) {
			POOLED.tick();
			r.r2 = useZeroed(4);
		}

	}

}
