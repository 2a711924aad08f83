package io.freehold.managed;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.budget.Budget;
import io.freehold.budget.BudgetAccount;
import io.freehold.budget.Ledger;
import io.freehold.internal.Memory;
import io.freehold.internal.Sizes;
import io.freehold.managed.Holdings.Held;
import io.freehold.probe.AllocationProbe;

import org.jspecify.annotations.Nullable;

/**
 * What every block passes on its way in and out of a managed allocator, or of one of its
 * heaps. On the way out of the backend: open? - reserve - allocate and record - still
 * open? - wrap - observe. On the way back: known with this layout? - return - refund -
 * observe.
 */
abstract sealed class Gate permits NodeGate, HeapGate {

	/**
	 * More than the lower half of a 48-bit address space, which is what processes have.
	 */
	static final long MAX_SIZE = 1L << 47;

	/** Nanoseconds between two looks for blocks that others have in hand. */
	private static final long NAP = 20_000;

	final Node node;

	/** What the blocks of callers are reserved through. */
	final BudgetAccount account;

	/** Reserves for and counts all blocks of the node, those of its heaps included. */
	final Ledger ledger;

	/** The blocks of callers. */
	final Holdings blocks;

	private final Tally tally;

	private final AllocationProbe probe;

	/**
	 * The scope of all segments handed out; closed by the owner, after {@link #closing}.
	 */
	private final Arena arena;

	/** What all segments handed out are slices of. */
	private final MemorySegment everything;

	/** Set once, before anything is revoked or returned. */
	private volatile boolean closing;

	Gate(Node node, BudgetAccount account, Ledger ledger, Holdings blocks, Tally tally, AllocationProbe probe) {
		this.node = node;
		this.account = account;
		this.ledger = ledger;
		this.blocks = blocks;
		this.tally = tally;
		this.probe = probe;
		this.arena = Arena.ofShared();
		this.everything = Memory.everything(this.arena);
	}

	void close() {
		this.closing = true;
	}

	boolean isClosing() {
		return this.closing;
	}

	/** Makes all segments inaccessible, unless a native call holds one. */
	boolean tryRevoke() {
		try {
			if (this.arena.scope().isAlive()) {
				this.arena.close();
			}
			return true;
		}
		catch (IllegalStateException ex) {
			// held by a native call
			return false;
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
			return Memory.slice(this.everything, address, layout.size());
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
	 * Allocates a block or a chunk.
	 * @return the address, or what {@link #reason} translates
	 */
	final long tryTake(Holdings holdings, long size, long alignment, boolean zeroed, BudgetAccount account) {
		if (this.closing) {
			return refused(Reason.CLOSED);
		}
		if (!isSupported(size, alignment)) {
			return refused(Reason.UNSUPPORTED_LAYOUT);
		}
		BudgetAccount refuser = this.ledger.tryAllocate(size, account);
		if (refuser != null) {
			return refused(reason(refuser));
		}
		long address = 0;
		try {
			address = holdings.allocate(size, alignment, zeroed);
		}
		finally {
			if (address == 0) {
				this.ledger.cancelled(size, account);
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

	/** Reserves what a block is to grow by; returns why not, with nothing changed. */
	@Nullable Reason tryReserve(Layout layout, long growth) {
		if (!isSupported(layout.size(), layout.alignment())) {
			return Reason.UNSUPPORTED_LAYOUT;
		}
		BudgetAccount refuser = this.ledger.tryReserve(growth, this.account);
		return (refuser != null) ? reason(refuser) : null;
	}

	/** Returns why a region that is at its own limit gets no chunk. */
	Reason reasonBeyondLimit(long size, long alignment) {
		if (this.closing) {
			return Reason.CLOSED;
		}
		return isSupported(size, alignment) ? Reason.LIMIT_EXCEEDED : Reason.UNSUPPORTED_LAYOUT;
	}

	private static boolean isSupported(long size, long alignment) {
		return size < MAX_SIZE && alignment < MAX_SIZE;
	}

	private static Reason reason(BudgetAccount refuser) {
		// without a limit, what does not fit is more than there can be
		return (refuser.limit() == Budget.UNLIMITED) ? Reason.EXHAUSTED : Reason.LIMIT_EXCEEDED;
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

	AllocationException failure(Layout layout, Reason reason, BudgetAccount account, long asked) {
		return failure(layout, reason, () -> Refusal.describe(this.node, account, asked));
	}

	/** Counts a failure of a region and returns the exception to throw. */
	AllocationException failure(Layout layout, Reason reason, RegionLease region) {
		return failure(layout, reason, () -> Refusal.describe(this.node, region, layout.size()));
	}

	private AllocationException failure(Layout layout, Reason reason, Supplier<String> limitExceeded) {
		this.tally.failed(reason);
		this.probe.failed(this.node.name(), layout, reason);
		String detail = switch (reason) {
			case CLOSED -> closed();
			case EXHAUSTED -> "backend " + this.node.backend() + " refused";
			case UNSUPPORTED_LAYOUT -> "there are no more than 2^47 addresses";
			case LIMIT_EXCEEDED -> limitExceeded.get();
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

	/**
	 * Frees a block or a chunk.
	 * @return null if it was freed; else the record as it is, nothing changed
	 */
	final @Nullable Held tryGive(Holdings holdings, long address, long size, long alignment, BudgetAccount account) {
		Held held;
		try {
			held = holdings.free(address, size, alignment);
		}
		catch (RuntimeException | Error ex) {
			// of the backend, after the block has left the records
			this.ledger.deallocated(size, account);
			throw ex;
		}
		if (held == null) {
			this.ledger.deallocated(size, account);
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
		return new Resize(this, this.blocks, address, oldLayout, newLayout, zeroed).run(block);
	}

	void observeResize(long oldAddress, long oldSize, long newAddress, long newSize) {
		this.probe.deallocated(this.node.name(), oldAddress, oldSize);
		this.probe.allocated(this.node.name(), newAddress, newSize);
	}

	void observeFree(long address, long size) {
		this.probe.deallocated(this.node.name(), address, size);
	}

	/** Frees all blocks and returns how many there were, and their bytes. */
	long[] drain() {
		long[] sums = new long[2];
		Holdings.Consumer freed = (address, size) -> {
			sums[0]++;
			sums[1] += size;
			this.ledger.deallocated(size, this.account);
			observeDrained(address, size);
		};
		while (holdsAny()) {
			drain(freed);
			if (holdsAny()) {
				// of callers on their way out, who take them back or make them visible
				LockSupport.parkNanos(NAP);
			}
		}
		return sums;
	}

	/** Frees what there is to be seen. */
	abstract void drain(Holdings.Consumer freed);

	/**
	 * Returns whether there are blocks or chunks, those included that are just being
	 * allocated: exact at one instant. Once the gate is closed, whatever is allocated
	 * after there were none finds the gate closed.
	 */
	abstract boolean holdsAny();

	private void observeDrained(long address, long size) {
		try {
			observeFree(address, size);
		}
		catch (RuntimeException | Error ex) {
			// the others have to go home all the same
			Faults.log(() -> this.node + ": the probe failed", ex);
		}
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
	MisuseException misuse(long address, Layout layout, Held held, Kind ifFreed, @Nullable MemorySegment block) {
		boolean ours = block != null && block.scope().equals(this.arena.scope());
		return new MisuseAudit(this.node, this.blocks).explain(address, layout, held, ours ? ifFreed : null);
	}

	/** Returns what an address belongs to if it is that of a block, in words, or null. */
	abstract @Nullable String describeOwned(long address);

	/** Whether an address is that of a block of a caller. */
	final boolean isBlock(long address) {
		Held held = this.blocks.find(address);
		return held != null && held.address() == address;
	}

	/** Says in words that this gate is closed. */
	abstract String closed();

	/** Whether the records and the books agree, while nothing is in flight. */
	abstract boolean isValid();

}
