package io.freehold.contract;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import io.freehold.Allocator;
import io.freehold.Layout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A random sequence of calls of an allocator, next to a model: a byte array for each
 * block. After each step the blocks concerned have the bytes of the model, are aligned,
 * and overlap no other. A failure names the seed, the step and the call.
 */
final class RandomProgram {

	private static final int STEPS = 600;

	private static final int MAX_LIVE = 48;

	private final AllocatorUnderTest test;

	private final Allocator allocator;

	private final long seed;

	private final Random random;

	private final List<Live> blocks = new ArrayList<>();

	/** Live blocks that have bytes, by address. */
	private final TreeMap<Long, Live> places = new TreeMap<>();

	private String call = "";

	RandomProgram(AllocatorUnderTest test, long seed) {
		this.test = test;
		this.allocator = test.allocator();
		this.seed = seed;
		this.random = new Random(seed);
	}

	void run() {
		int step = 0;
		try {
			for (; step < STEPS; step++) {
				step();
			}
			while (!this.blocks.isEmpty()) {
				deallocate(pick());
			}
		}
		catch (AssertionError | RuntimeException ex) {
			throw new AssertionError("random program of seed %d failed at step %d, %s: %s".formatted(this.seed, step,
					this.call, ex.getMessage()), ex);
		}
	}

	private void step() {
		int choice = this.random.nextInt(10);
		if (this.blocks.isEmpty() || (choice < 4 && this.blocks.size() < MAX_LIVE)) {
			allocate(this.random.nextBoolean());
		}
		else if (choice < 6) {
			grow(pick(), false);
		}
		else if (choice < 7) {
			grow(pick(), true);
		}
		else if (choice < 9) {
			shrink(pick());
		}
		else {
			deallocate(pick());
		}
	}

	private void allocate(boolean zeroed) {
		Layout layout = Layout.of(size(), alignment());
		this.call = (zeroed ? "allocateZeroed " : "allocate ") + layout;
		MemorySegment block = zeroed ? this.allocator.allocateZeroed(layout) : this.allocator.allocate(layout);
		if (zeroed) {
			BytePattern.assertZeroFrom(block, 0);
		}
		add(block, layout, new byte[0]);
	}

	private void grow(Live old, boolean zeroed) {
		Layout layout = Layout.of(old.layout.size() + size(), mayKeep(old.layout.alignment()));
		this.call = (zeroed ? "growZeroed " : "grow ") + old.layout + " to " + layout;
		remove(old);
		MemorySegment block = zeroed ? this.allocator.growZeroed(old.block, old.layout, layout)
				: this.allocator.grow(old.block, old.layout, layout);
		if (zeroed) {
			BytePattern.assertZeroFrom(block, old.layout.size());
		}
		add(block, layout, old.bytes);
	}

	private void shrink(Live old) {
		long size = switch (this.random.nextInt(4)) {
			case 0 -> 0;
			case 1 -> old.layout.size();
			default -> this.random.nextLong(old.layout.size() + 1);
		};
		Layout layout = Layout.of(size, mayKeep(old.layout.alignment()));
		this.call = "shrink " + old.layout + " to " + layout;
		remove(old);
		MemorySegment block = this.allocator.shrink(old.block, old.layout, layout);
		add(block, layout, Arrays.copyOf(old.bytes, (int) size));
	}

	private void deallocate(Live old) {
		this.call = "deallocate " + old.layout;
		remove(old);
		this.allocator.deallocate(old.block, old.layout);
	}

	private Live pick() {
		return this.blocks.get(this.random.nextInt(this.blocks.size()));
	}

	private long size() {
		return switch (this.random.nextInt(8)) {
			case 0 -> 0;
			case 1, 2, 3 -> this.random.nextLong(1, 65);
			case 4, 5 -> this.random.nextLong(1, 700);
			case 6 -> this.random.nextLong(1, 9000);
			default -> (this.random.nextInt(8) == 0) ? this.random.nextLong(1, 300_000) : 1;
		};
	}

	private long alignment() {
		int most = Long.numberOfTrailingZeros(this.test.maxAlignment());
		return 1L << this.random.nextInt((this.random.nextInt(4) == 0) ? most + 1 : 7);
	}

	private long mayKeep(long alignment) {
		return this.random.nextBoolean() ? alignment : alignment();
	}

	/** Verifies what was kept, refills the block, and enters it into the model. */
	private void add(MemorySegment block, Layout layout, byte[] kept) {
		BlockShape.assertFits(this.test, block, layout);
		assertThat(block.asSlice(0, kept.length).toArray(ValueLayout.JAVA_BYTE)).as("bytes kept").isEqualTo(kept);
		byte[] bytes = new byte[(int) layout.size()];
		this.random.nextBytes(bytes);
		MemorySegment.copy(bytes, 0, block, ValueLayout.JAVA_BYTE, 0, bytes.length);
		Live live = new Live(block, layout, bytes);
		this.blocks.add(live);
		if (layout.size() > 0) {
			assertNoOverlap(live);
			this.places.put(block.address(), live);
		}
	}

	private void assertNoOverlap(Live live) {
		Map.Entry<Long, Live> below = this.places.lowerEntry(live.end());
		if (below != null) {
			assertThat(below.getValue().end()).as("end of the block at 0x%x", below.getKey())
				.isLessThanOrEqualTo(live.block.address());
		}
	}

	/** Takes a block out of the model, after verifying that it still has its bytes. */
	private void remove(Live live) {
		assertThat(live.block.asSlice(0, live.bytes.length).toArray(ValueLayout.JAVA_BYTE)).as("bytes before the call")
			.isEqualTo(live.bytes);
		this.blocks.remove(live);
		if (live.layout.size() > 0) {
			this.places.remove(live.block.address());
		}
	}

	/** A block and the bytes it should have. Compared by identity. */
	private static final class Live {

		private final MemorySegment block;

		private final Layout layout;

		private final byte[] bytes;

		Live(MemorySegment block, Layout layout, byte[] bytes) {
			this.block = block;
			this.layout = layout;
			this.bytes = bytes;
		}

		long end() {
			return this.block.address() + this.block.byteSize();
		}

	}

}
