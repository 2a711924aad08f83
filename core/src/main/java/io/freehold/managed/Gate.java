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

	final Holdings holdings;

	private final Tally tally;

	private final AllocationProbe probe;

	/**
	 * The scope of all segments handed out; closed by the node, after {@link #closing}.
	 */
	private final Arena arena;

	/** Set once, before anything is revoked or returned. */
	private volatile boolean closing;

	Gate(Node node, BudgetAccount account, Holdings holdings, Tally tally, AllocationProbe probe) {
		this.node = node;
		this.account = account;
		this.holdings = holdings;
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
			tryGive(address, layout, this.account);
			if (this.closing) {
				throw failure(layout, Reason.CLOSED, this.account);
			}
			throw ex;
		}
	}

	/** Allocates, or throws and counts the failure. */
	long take(Layout layout, boolean zeroed) {
		long address = tryTake(layout.size(), layout.alignment(), zeroed, this.account);
		if (address <= 0) {
			throw failure(layout, reason(address), this.account);
		}
		return address;
	}

	/**
	 * Allocates a block against an account, this gate's or a child of it.
	 * @return the address, or what {@link #reason} translates
	 */
	long tryTake(long size, long alignment, boolean zeroed, BudgetAccount account) {
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
			address = this.holdings.allocate(size, alignment, zeroed);
		}
		finally {
			if (address == 0) {
				account.release(size);
			}
		}
		if (address == 0) {
			return refused(Reason.EXHAUSTED);
		}
		if (this.closing && this.holdings.free(address, size, alignment) == null) {
			// else the close has come across the block and returned it
			account.release(size);
			return refused(Reason.CLOSED);
		}
		this.probe.allocated(this.node.name(), address, size);
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
			give(block.address(), layout, this.account, Kind.DOUBLE_FREE, block);
		}
	}

	/** Frees a block that was taken against an account. */
	void give(long address, Layout layout, BudgetAccount account, Kind ifFreed, @Nullable MemorySegment block) {
		Held held = tryGive(address, layout, account);
		if (held != null) {
			throw misuse(address, layout, held, ifFreed, block);
		}
	}

	private @Nullable Held tryGive(long address, Layout layout, BudgetAccount account) {
		Held held = this.holdings.free(address, layout.size(), layout.alignment());
		if (held == null) {
			account.release(layout.size());
			this.probe.deallocated(this.node.name(), address, layout.size());
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
				give(block.address(), oldLayout, this.account, Kind.USE_AFTER_FREE, block);
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
		Held held = this.holdings.claim(address, oldSize, oldLayout.alignment());
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
				this.holdings.restore(address, oldSize, oldLayout.alignment());
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
			long moved = this.holdings.reallocate(address, oldSize, oldLayout.alignment(), newSize);
			if (moved != 0 && zeroed) {
				Memory.zero(moved + oldSize, newSize - oldSize);
			}
			return moved;
		}
		long moved = this.holdings.allocateReplacement(newSize, newLayout.alignment(), zeroed);
		if (moved != 0) {
			Memory.copy(address, moved, Math.min(oldSize, newSize));
			this.holdings.freeReplaced(address, oldSize, oldLayout.alignment());
		}
		return moved;
	}

	private void settle(long address, Layout oldLayout, long moved, Layout newLayout) {
		try {
			this.holdings.record(moved, newLayout.size(), newLayout.alignment(), oldLayout.size());
			this.account.release(Math.max(0, oldLayout.size() - newLayout.size()));
			this.probe.deallocated(this.node.name(), address, oldLayout.size());
			this.probe.allocated(this.node.name(), moved, newLayout.size());
			if (this.closing && tryGive(moved, newLayout, this.account) == null) {
				throw failure(newLayout, Reason.CLOSED, this.account);
			}
		}
		finally {
			// a close waits for this before it counts what is left
			this.holdings.settle(address);
		}
	}

	/** Frees all blocks and returns how many there were, and their bytes. */
	long[] drain() {
		long[] sums = new long[2];
		this.holdings.drain((address, size) -> {
			sums[0]++;
			sums[1] += size;
			this.account.release(size);
			this.probe.deallocated(this.node.name(), address, size);
		});
		return sums;
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
		return new MisuseAudit(this.node, this.holdings).explain(address, layout, held, ours ? ifFreed : null);
	}

	boolean owns(long address) {
		Held held = this.holdings.find(address);
		return held != null && held.address() == address;
	}

}
