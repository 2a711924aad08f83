package io.freehold.managed;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.stress.Pattern;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A block grows while its allocator closes, and another allocator takes the freed memory
 * at once: its content must stay as it was written.
 *
 * <p>
 * The growth is held up in the backend, the close where it has freed the first block.
 * Then both go on at once. Used by one thread, which closes.
 */
public final class GrowCloseRace {

	/**
	 * The bytes that are taken after each close, for the freed block to be among them.
	 */
	private static final long TAKEN = 16 << 10;

	/** Other blocks of what closes; freeing the first of them the close is held up. */
	private static final int OTHERS = 32;

	private static final Layout OTHER = Layout.of(64, 8);

	/** The bytes that are filled with one pattern. */
	private static final long PART = 64 << 10;

	/** The logarithm of the turns of a loop by which one of the two goes on later. */
	private static final int MAX_LOG_TURNS = 12;

	private final GrowCloseStage stage;

	private final Victim victim;

	private final Layout oldLayout;

	private final Layout newLayout;

	private final int taken;

	private final SplittableRandom random;

	/** The block to be grown, null while there is none. */
	private volatile @Nullable Growth growth;

	private volatile boolean done;

	private volatile @Nullable Throwable failure;

	private int heldUp;

	/**
	 * Creates a race.
	 * @param stage where all memory comes from
	 * @param victim what closes
	 * @param size the size of the grown block
	 * @param seed of the random numbers
	 */
	public GrowCloseRace(GrowCloseStage stage, Victim victim, long size, long seed) {
		this.stage = stage;
		this.victim = victim;
		this.oldLayout = Layout.of(size / 16, 8);
		this.newLayout = Layout.of(size, 8);
		this.taken = (int) Math.max(1, TAKEN / size);
		this.random = new SplittableRandom(seed);
	}

	/**
	 * Runs rounds until one fails.
	 * @param rounds how many to run
	 */
	public void run(int rounds) {
		ManagedAllocator root = ManagedAllocator.root(this.stage.backend(),
				(spec) -> spec.expectLiveAtClose().probe(this.stage.meeting()));
		ManagedAllocator taker = ManagedAllocator.root(this.stage.backend(), AllocatorSpec::expectLiveAtClose);
		Thread grower = Thread.ofPlatform().daemon().start(this::grow);
		try {
			for (int round = 0; round < rounds; round++) {
				try {
					round(root, taker);
				}
				catch (AssertionError ex) {
					throw new AssertionError(
							"round %d, %d growths held up: %s".formatted(round, this.heldUp, ex.getMessage()), ex);
				}
			}
		}
		finally {
			this.done = true;
			Race.join(grower);
			taker.close();
			root.close();
		}
		assertThat(root.budget().used()).isZero();
		// else there are no races
		assertThat(this.heldUp).isGreaterThan(rounds / 2);
	}

	private void round(ManagedAllocator root, ManagedAllocator taker) {
		Opened opened = this.victim.open(root);
		for (int i = 0; i < OTHERS; i++) {
			opened.allocator().allocate(OTHER);
		}
		Growth next = new Growth(opened.allocator(), this.oldLayout, this.newLayout);
		ManagedAllocator filler = root.child("filler", AllocatorSpec::expectLiveAtClose);
		this.stage.prepare(filler, this.oldLayout, this.newLayout);
		GrowCloseMeeting meeting = this.stage.meeting();
		List<MemorySegment> blocks = new ArrayList<>();
		long cookie = this.random.nextLong();
		Runnable take = () -> {
			MemorySegment block = taker.allocate(this.newLayout);
			fill(block, cookie + blocks.size());
			blocks.add(block);
		};
		int turns = this.random.nextInt(1 << this.random.nextInt(MAX_LOG_TURNS));
		boolean closerFirst = this.random.nextBoolean();
		// a close that finds the block claimed sleeps between two looks
		meeting.arm(closerFirst ? this.random.nextInt(1 << MAX_LOG_TURNS) : 0, closerFirst ? 0 : turns, (size) -> {
			if (size == this.newLayout.size()) {
				take.run();
			}
		});
		this.growth = next;
		Race.spinUntil("the growth is held up", 1_000, () -> meeting.isGrowing() || this.growth == null);
		meeting.beginClose();
		opened.close();
		meeting.endClose();
		while (blocks.size() < this.taken) {
			take.run();
		}
		Race.spinUntil("the growth ends", 1_000, () -> this.growth == null);
		Throwable thrown = this.failure;
		if (thrown != null) {
			throw new AssertionError(thrown);
		}
		this.heldUp += meeting.isGrowing() ? 1 : 0;
		for (int i = 0; i < blocks.size(); i++) {
			verify(blocks.get(i), cookie + i);
			taker.deallocate(blocks.get(i), this.newLayout);
		}
		filler.close();
	}

	/** Fills a block from its end to its beginning, where late zeroes come last. */
	private static void fill(MemorySegment block, long cookie) {
		for (long end = block.byteSize(); end > 0; end -= PART) {
			long start = Math.max(0, end - PART);
			Pattern.fill(block.address() + start, end - start, cookie ^ start);
		}
	}

	private static void verify(MemorySegment block, long cookie) {
		for (long end = block.byteSize(); end > 0; end -= PART) {
			long start = Math.max(0, end - PART);
			Pattern.verify(block.address() + start, end - start, cookie ^ start);
		}
	}

	private void grow() {
		while (!this.done) {
			Race.spinUntil("there is a block to grow", 1_000, () -> this.done || this.growth != null);
			Growth next = this.growth;
			try {
				if (next != null) {
					next.run();
				}
			}
			catch (Throwable ex) {
				this.failure = ex;
			}
			this.growth = null;
		}
	}

	/**
	 * What closes: it has blocks, and gives them back when it closes.
	 */
	public enum Victim {

		/** An allocator of the tree. */
		NODE {
			@Override
			Opened open(ManagedAllocator root) {
				ManagedAllocator child = root.child("child", AllocatorSpec::expectLiveAtClose);
				return new Opened(child, child::close);
			}
		},

		/** A heap of one. */
		HEAP {
			@Override
			Opened open(ManagedAllocator root) {
				Heap heap = root.openHeap();
				return new Opened(heap, heap::close);
			}
		};

		abstract Opened open(ManagedAllocator root);

	}

	record Opened(Allocator allocator, Runnable closing) {

		void close() {
			this.closing.run();
		}

	}

	/** A block to be grown. */
	private static final class Growth {

		private final Allocator allocator;

		private final Layout oldLayout;

		private final Layout newLayout;

		private final MemorySegment block;

		Growth(Allocator allocator, Layout oldLayout, Layout newLayout) {
			this.allocator = allocator;
			this.oldLayout = oldLayout;
			this.newLayout = newLayout;
			this.block = allocator.allocate(oldLayout);
		}

		void run() {
			try {
				this.allocator.growZeroed(this.block, this.oldLayout, this.newLayout);
			}
			catch (AllocationException ex) {
				assertThat(ex.reason()).isEqualTo(Reason.CLOSED);
			}
			catch (MisuseException ex) {
				// the close has returned the block before
			}
		}

	}

}
