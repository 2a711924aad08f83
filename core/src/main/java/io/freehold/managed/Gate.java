package io.freehold.managed;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.budget.BudgetAccount;
import io.freehold.internal.Memory;
import io.freehold.internal.Sizes;
import io.freehold.managed.Holdings.Held;
import io.freehold.probe.AllocationProbe;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

/**
 * What every block passes on its way in and out of a managed allocator. On the way out of
 * the backend: open? - reserve - allocate and record - still open? - wrap - observe. On
 * the way back: known with this layout? - return - refund - observe.
 */
final class Gate {

	/** More than any 48-bit address space holds. */
	static final long MAX_SIZE = 1L << 48;

	private final Node node;

	final BudgetAccount account;

	/** The blocks of this allocator's callers. */
	private final Holdings blocks;

	/** The chunks of its regions, apart, so that no caller can give them back. */
	private final Holdings chunks;

	private final Tally tally;

	private final AllocationProbe probe;

	/**
	 * The scope of all segments handed out; closed by the node, after {@link #closing}.
	 */
	private final Arena arena;

	/** Set once, before anything is revoked or returned. */
	private volatile boolean closing;

	Gate(Node node, BudgetAccount account, GlobalAlloc backend, Tally tally, AllocationProbe probe) {
		this.node = node;
		this.account = account;
		this.blocks = Holdings.over(backend);
		this.chunks = Holdings.over(backend);
		this.tally = tally;
		this.probe = probe;
		this.arena = Arena.ofShared();
	}

	void close() {
		this.closing = true;
	}

	boolean isClosing() {
		return this.closing;
	}

	/**
	 * Makes all segments inaccessible.
	 * @throws IllegalStateException if a native call holds one
	 */
	void revoke() {
		if (this.arena.scope().isAlive()) {
			this.arena.close();
		}
	}

	MemorySegment allocate(Layout layout, boolean zeroed) {
		if (layout.size() == 0) {
			return layout.dangling();
		}
		return wrap(take(layout, zeroed), layout);
	}

	/**
	 * Makes a segment of a block that was just taken, or sees to it that it goes back.
	 */
	private MemorySegment wrap(long address, Layout layout) {
		try {
			return Memory.segment(address, layout.size(), this.arena);
		}
		catch (RuntimeException | Error ex) {
			// a close may have come across the block before
			tryGive(this.blocks, address, layout.size(), layout.alignment(), this.account);
			if (this.closing) {
				throw failure(layout, Reason.CLOSED, this.account);
			}
			throw ex;
		}
	}

	/** Allocates, or throws and counts the failure. */
	long take(Layout layout, boolean zeroed) {
		long address = tryTake(this.blocks, layout.size(), layout.alignment(), zeroed, this.account);
		if (address <= 0) {
			throw failure(layout, reason(address), this.account);
		}
		return address;
	}

	/**
	 * Allocates a chunk for a region.
	 * @param account the region's account, this gate's or a child of it
	 * @return the address, or what {@link #reason} translates
	 */
	long tryTakeChunk(long size, long alignment, BudgetAccount account) {
		return tryTake(this.chunks, size, alignment, false, account);
	}

	private long tryTake(Holdings holdings, long size, long alignment, boolean zeroed, BudgetAccount account) {
		if (this.closing) {
			return refused(Reason.CLOSED);
		}
		if (size >= MAX_SIZE) {
			return refused(Reason.UNSUPPORTED_LAYOUT);
		}
		BudgetAccount refuser = account.tryReserve(size);
		if (refuser != null) {
			return refused(Reason.LIMIT_EXCEEDED);
		}
		long address = 0;
		try {
			address = holdings.allocate(size, alignment, zeroed);
		}
		finally {
			if (address == 0) {
				account.release(size);
			}
		}
		if (address == 0) {
			return refused(Reason.EXHAUSTED);
		}
		this.probe.allocated(this.node.name(), address, size);
		if (this.closing) {
			// unless the close has come across the block and returned it
			tryGive(holdings, address, size, alignment, account);
			return refused(Reason.CLOSED);
		}
		return address;
	}

	private static long refused(Reason reason) {
		return -1L - reason.ordinal();
	}

	static Reason reason(long refusal) {
		return Reason.values()[(int) (-1 - refusal)];
	}

	/** Counts a failure and returns the exception to throw. */
	AllocationException failure(Layout layout, Reason reason, BudgetAccount account) {
		return failure(layout, reason, account, layout.size());
	}

	private AllocationException failure(Layout layout, Reason reason, BudgetAccount account, long asked) {
		this.tally.failed(reason);
		this.probe.failed(this.node.name(), layout, reason);
		String detail = switch (reason) {
			case CLOSED -> "the allocator is closed";
			case EXHAUSTED -> "backend " + this.node.backend() + " refused";
			case UNSUPPORTED_LAYOUT -> "more than 2^48 bytes cannot be addressed";
			case LIMIT_EXCEEDED -> Refusal.describe(this.node, account, asked);
		};
		return new AllocationException(this.node.name(), layout, reason, detail);
	}

	void deallocate(MemorySegment block, Layout layout) {
		if (!isNothing(block, layout)) {
			give(block.address(), layout, Kind.DOUBLE_FREE, block);
		}
	}

	/** Frees a block, or says what is wrong with it. */
	void give(long address, Layout layout, Kind ifFreed, @Nullable MemorySegment block) {
		Held held = tryGive(this.blocks, address, layout.size(), layout.alignment(), this.account);
		if (held != null) {
			throw misuse(address, layout, held, ifFreed, block);
		}
	}

	/** Frees a chunk of a region. */
	void giveChunk(long address, long size, long alignment, BudgetAccount account) {
		Held held = tryGive(this.chunks, address, size, alignment, account);
		if (held != null) {
			throw new AssertionError(this.node + ": a region gave back a chunk it does not hold");
		}
	}

	private @Nullable Held tryGive(Holdings holdings, long address, long size, long alignment, BudgetAccount account) {
		Held held = holdings.free(address, size, alignment);
		if (held == null) {
			account.release(size);
			this.probe.deallocated(this.node.name(), address, size);
		}
		return held;
	}

	MemorySegment grow(MemorySegment block, Layout oldLayout, Layout newLayout, boolean zeroed) {
		Sizes.requireGrowth(oldLayout.size(), newLayout.size());
		if (isNothing(block, oldLayout)) {
			return allocate(newLayout, zeroed);
		}
		return resize(block, oldLayout, newLayout, zeroed);
	}

	MemorySegment shrink(MemorySegment block, Layout oldLayout, Layout newLayout) {
		Sizes.requireShrinkage(oldLayout.size(), newLayout.size());
		if (newLayout.size() == 0) {
			if (!isNothing(block, oldLayout)) {
				give(block.address(), oldLayout, Kind.USE_AFTER_FREE, block);
			}
			return newLayout.dangling();
		}
		isNothing(block, oldLayout);
		return resize(block, oldLayout, newLayout, false);
	}

	private MemorySegment resize(MemorySegment block, Layout oldLayout, Layout newLayout, boolean zeroed) {
		return wrap(takeResized(block.address(), oldLayout, newLayout, zeroed, block), newLayout);
	}

	/**
	 * Replaces a block by a larger or smaller one, or throws with the old one as it was.
	 */
	long takeResized(long address, Layout oldLayout, Layout newLayout, boolean zeroed, @Nullable MemorySegment block) {
		long oldSize = oldLayout.size();
		long newSize = newLayout.size();
		Held held = this.blocks.claim(address, oldSize, oldLayout.alignment());
		if (held != null) {
			throw misuse(address, oldLayout, held, Kind.USE_AFTER_FREE, block);
		}
		long moved = 0;
		Reason reason = Reason.EXHAUSTED;
		try {
			reason = reserveDifference(oldSize, newSize);
			if (reason == null) {
				reason = Reason.EXHAUSTED;
				try {
					moved = replace(address, oldLayout, newLayout, zeroed);
				}
				finally {
					if (moved == 0) {
						this.account.release(Math.max(0, newSize - oldSize));
					}
				}
			}
		}
		finally {
			if (moved == 0) {
				this.blocks.restore(address, oldSize, oldLayout.alignment());
			}
		}
		if (moved == 0) {
			throw failure(newLayout, reason, this.account, newSize - oldSize);
		}
		settle(address, oldLayout, moved, newLayout);
		return moved;
	}

	private @Nullable Reason reserveDifference(long oldSize, long newSize) {
		if (this.closing) {
			return Reason.CLOSED;
		}
		if (newSize >= MAX_SIZE) {
			return Reason.UNSUPPORTED_LAYOUT;
		}
		long bytes = newSize - oldSize;
		return (bytes > 0 && this.account.tryReserve(bytes) != null) ? Reason.LIMIT_EXCEEDED : null;
	}

	/** The backend calls of {@code Global}: equal alignments reallocate, others move. */
	private long replace(long address, Layout oldLayout, Layout newLayout, boolean zeroed) {
		long oldSize = oldLayout.size();
		long newSize = newLayout.size();
		if (oldLayout.alignment() == newLayout.alignment()) {
			long moved = this.blocks.reallocate(address, oldSize, oldLayout.alignment(), newSize);
			if (moved != 0 && zeroed) {
				Memory.zero(moved + oldSize, newSize - oldSize);
			}
			return moved;
		}
		long moved = this.blocks.allocateReplacement(newSize, newLayout.alignment(), zeroed);
		if (moved != 0) {
			Memory.copy(address, moved, Math.min(oldSize, newSize));
			this.blocks.freeReplaced(address, oldSize, oldLayout.alignment());
		}
		return moved;
	}

	private void settle(long address, Layout oldLayout, long moved, Layout newLayout) {
		long oldSize = oldLayout.size();
		long newSize = newLayout.size();
		try {
			if (!this.blocks.record(moved, newSize, newLayout.alignment(), oldSize)) {
				// no room on the heap to remember the block by: it is gone, but not lost
				this.account.release(Math.max(oldSize, newSize));
				throw new OutOfMemoryError(this.node + ": the heap is exhausted");
			}
			this.account.release(Math.max(0, oldSize - newSize));
			this.probe.deallocated(this.node.name(), address, oldSize);
			this.probe.allocated(this.node.name(), moved, newSize);
			if (this.closing) {
				// unless the close has come across the block and returned it
				tryGive(this.blocks, moved, newSize, newLayout.alignment(), this.account);
				throw failure(newLayout, Reason.CLOSED, this.account);
			}
		}
		finally {
			// a close waits for this before it counts what is left
			this.blocks.settle(address);
		}
	}

	/** Frees all blocks and returns how many there were, and their bytes. */
	long[] drain() {
		long[] sums = new long[2];
		Holdings.Consumer freed = (address, size) -> {
			sums[0]++;
			sums[1] += size;
			this.account.release(size);
			this.probe.deallocated(this.node.name(), address, size);
		};
		this.chunks.drain(freed);
		this.blocks.drain(freed);
		return sums;
	}

	Holdings.Counts count() {
		Holdings.Counts counts = new Holdings.Counts();
		this.blocks.count(counts);
		this.chunks.count(counts);
		return counts;
	}

	/** Whether a block is that of a zero size, which nobody keeps a record of. */
	private boolean isNothing(MemorySegment block, Layout layout) {
		if (!block.isNative()) {
			throw new MisuseException(Kind.UNKNOWN_BLOCK,
					this.node.name() + ": a heap segment is no block of any allocator");
		}
		if (layout.size() == 0 && block.byteSize() != 0) {
			throw new MisuseException(Kind.LAYOUT_MISMATCH,
					this.node.name() + ": the block at 0x" + Long.toHexString(block.address()) + " has "
							+ block.byteSize() + " bytes, but was given back with a layout of size 0");
		}
		return layout.size() == 0;
	}

	/** Says what is wrong with a block that is not held as the caller believes. */
	private MisuseException misuse(long address, Layout layout, Held held, Kind ifFreed,
			@Nullable MemorySegment block) {
		boolean ours = block != null && block.scope().equals(this.arena.scope());
		return new MisuseAudit(this.node, this.blocks).explain(address, layout, held, ours ? ifFreed : null);
	}

	/** Returns what of this allocator an address belongs to, in words, or null. */
	@Nullable String describeOwned(long address) {
		Held held = this.blocks.find(address);
		if (held != null && held.address() == address) {
			return this.node.name();
		}
		return (this.chunks.find(address) != null) ? "a region of " + this.node.name() : null;
	}

	boolean isValid() {
		return this.blocks.isValid() && this.chunks.isValid();
	}

}
