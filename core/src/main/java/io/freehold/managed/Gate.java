package io.freehold.managed;

import java.lang.foreign.MemorySegment;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.budget.Budget;
import io.freehold.budget.BudgetAccount;
import io.freehold.budget.Ledger;
import io.freehold.held.BlockRecord;
import io.freehold.held.Book;
import io.freehold.held.HeldBlocks;
import io.freehold.internal.Memory;
import io.freehold.internal.Sizes;
import io.freehold.internal.sync.Faults;
import io.freehold.internal.sync.StackSpace;
import io.freehold.internal.sync.WaitTooLongException;
import io.freehold.probe.AllocationProbe;

import org.jspecify.annotations.Nullable;

/**
 * What every block passes on its way in and out of a managed allocator, or of one of its
 * heaps. On the way out of the backend: open? - reserve - allocate and record - still
 * open? - wrap - observe. On the way back: known with this layout? - return - refund -
 * observe.
 */
abstract sealed class Gate implements HeldBlocks.Freed permits NodeGate, HeapGate {

	/**
	 * More than the lower half of a 48-bit address space, which is what processes have.
	 */
	static final long MAX_SIZE = 1L << 47;

	private static final Reason[] REASONS = Reason.values();

	final Place place;

	/** What the blocks of callers are reserved through. */
	final BudgetAccount account;

	/** Reserves for and counts all blocks of the node, those of its heaps included. */
	final Ledger ledger;

	/** The blocks of callers. */
	final HeldBlocks blocks;

	private final Tally tally;

	/**
	 * Only ever replaced by none, when the allocator has ended. Read plainly, by a call
	 * before it changes anything: it tells all of its blocks to what it has read.
	 */
	private AllocationProbe probe;

	/**
	 * What all segments handed out are slices of; closed by the owner, after
	 * {@link #closing}.
	 */
	private final Segments segments = new Segments();

	/** Set once, before anything is revoked or returned. */
	private volatile boolean closing;

	/** Blocks freed by the close. Guarded by the lock of the thread that closes. */
	private long drainedBlocks;

	/** The bytes of those. Guarded likewise. */
	private long drainedBytes;

	Gate(Place place, BudgetAccount account, Ledger ledger, HeldBlocks blocks, Tally tally, AllocationProbe probe) {
		this.place = place;
		this.account = account;
		this.ledger = ledger;
		this.blocks = blocks;
		this.tally = tally;
		this.probe = probe;
	}

	void close() {
		this.closing = true;
	}

	/** Tells the probe nothing more, and lets go of it. */
	void forgetProbe() {
		this.probe = AllocationProbe.NONE;
	}

	/** Whether a close frees the blocks that are there. */
	boolean isDrained() {
		return true;
	}

	boolean isClosing() {
		return this.closing;
	}

	/** Makes all segments inaccessible, unless a native call holds one. */
	boolean tryRevoke() {
		return this.segments.tryRevoke();
	}

	MemorySegment allocate(Layout layout, boolean zeroed) {
		if (layout.size() == 0) {
			return layout.dangling();
		}
		StackSpace.forOperation();
		long address = take(layout, zeroed);
		try {
			return wrap(address, layout);
		}
		catch (Throwable ex) {
			// a close may have come across the block before
			tryGive(this.blocks, address, layout.size(), layout.alignment(), this.account);
			if (this.closing) {
				throw failure(layout, Reason.CLOSED, layout.size());
			}
			throw ex;
		}
	}

	/**
	 * Makes the segment of a block.
	 * @throws IllegalStateException if a close has come first
	 */
	MemorySegment wrap(long address, Layout layout) {
		return this.segments.of(address, layout.size());
	}

	/** Allocates, or counts the failure and returns 0. */
	long takeOrNone(Layout layout, boolean zeroed) {
		long address = tryTake(this.blocks, layout.size(), layout.alignment(), zeroed, this.account);
		if (address > 0) {
			return address;
		}
		count(layout, reason(address));
		return 0;
	}

	/**
	 * Makes the segment of a block that may not reach that far yet; null where there can
	 * be none until it does.
	 */
	@Nullable MemorySegment wrapIfMapped(long address, Layout layout) {
		return this.segments.ofIfMapped(address, layout.size());
	}

	/** Allocates, or throws and counts the failure. */
	long take(Layout layout, boolean zeroed) {
		long address = tryTake(this.blocks, layout.size(), layout.alignment(), zeroed, this.account);
		if (address <= 0) {
			throw failure(layout, reason(address), layout.size());
		}
		return address;
	}

	/**
	 * Allocates a block or a chunk.
	 * @return the address, or what {@link #reason} translates
	 * @throws AllocationException if other threads have kept this one waiting too long
	 */
	final long tryTake(HeldBlocks blocks, long size, long alignment, boolean zeroed, BudgetAccount account) {
		if (this.closing) {
			return refused(Reason.CLOSED);
		}
		if (!isSupported(size, alignment)) {
			return refused(Reason.UNSUPPORTED_LAYOUT);
		}
		AllocationProbe probe = this.probe;
		BudgetAccount refuser = reserve(size, alignment, account);
		if (refuser != null) {
			return refused(reason(refuser));
		}
		long address = 0;
		boolean late = true;
		try {
			// the block is counted: either a close waits for it, or it is seen here
			late = this.closing;
			address = late ? 0 : blocks.allocate(size, alignment, zeroed);
		}
		finally {
			if (address == 0) {
				this.ledger.cancelled(size, account);
			}
		}
		if (address == 0) {
			return refused(late ? Reason.CLOSED : Reason.EXHAUSTED);
		}
		this.ledger.allocated(size);
		if (probe != AllocationProbe.NONE) {
			observeAllocated(probe, address, size);
		}
		if (this.closing) {
			// unless the close has come across the block and returned it
			tryGive(blocks, address, size, alignment, account);
			return refused(Reason.CLOSED);
		}
		return address;
	}

	private @Nullable BudgetAccount reserve(long size, long alignment, BudgetAccount account) {
		try {
			return this.ledger.tryAllocate(size, account);
		}
		catch (WaitTooLongException ex) {
			throw waitedTooLong(new Layout(size, alignment), ex);
		}
	}

	/** Reserves what a block is to grow by; returns why not, with nothing changed. */
	@Nullable Reason tryReserve(Layout layout, long growth) {
		if (!isSupported(layout.size(), layout.alignment())) {
			return Reason.UNSUPPORTED_LAYOUT;
		}
		try {
			BudgetAccount refuser = this.ledger.tryReserve(growth, this.account);
			return (refuser != null) ? reason(refuser) : null;
		}
		catch (WaitTooLongException ex) {
			throw waitedTooLong(layout, ex);
		}
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
		return REASONS[(int) (-1 - refusal)];
	}

	/** Counts a failure and returns the exception to throw. */
	AllocationException failure(Layout layout, Reason reason, long asked) {
		count(layout, reason);
		return exception(layout, reason, (reason == Reason.LIMIT_EXCEEDED) ? limitExceeded(asked) : "");
	}

	/** Counts a failure of a region and returns the exception to throw. */
	AllocationException failure(Layout layout, Reason reason, RegionLease region) {
		count(layout, reason);
		return exception(layout, reason, (reason == Reason.LIMIT_EXCEEDED) ? region.limitExceeded(layout.size()) : "");
	}

	private AllocationException waitedTooLong(Layout layout, WaitTooLongException wait) {
		count(layout, Reason.EXHAUSTED);
		return new AllocationException(this.place.name(), layout, Reason.EXHAUSTED, String.valueOf(wait.getMessage()));
	}

	/** Counts a failure. */
	void count(Layout layout, Reason reason) {
		this.tally.failed(reason);
		try {
			this.probe.failed(this.place.name(), layout, reason);
		}
		catch (Throwable ex) {
			probeFailed(ex);
		}
	}

	private AllocationException exception(Layout layout, Reason reason, String limitExceeded) {
		String detail = limitExceeded;
		if (reason == Reason.CLOSED) {
			detail = closed();
		}
		else if (reason == Reason.EXHAUSTED) {
			detail = "backend " + this.place.backend() + " refused";
		}
		else if (reason == Reason.UNSUPPORTED_LAYOUT) {
			detail = "there are no more than 2^47 addresses";
		}
		return new AllocationException(this.place.name(), layout, reason, detail);
	}

	/** Says in words which limits are in the way. */
	abstract String limitExceeded(long asked);

	void deallocate(MemorySegment block, Layout layout) {
		StackSpace.forOperation();
		if (!isNothing(block, layout)) {
			give(block.address(), layout, Kind.DOUBLE_FREE, block);
		}
	}

	/** Frees a block, or says what is wrong with it. */
	void give(long address, Layout layout, Kind ifFreed, @Nullable MemorySegment block) {
		if (!tryGive(this.blocks, address, layout.size(), layout.alignment(), this.account)) {
			throw misuse(address, layout, ifFreed, block);
		}
	}

	/**
	 * Frees a block or a chunk.
	 * @return whether it was held like this; if not, nothing has changed
	 */
	final boolean tryGive(HeldBlocks blocks, long address, long size, long alignment, BudgetAccount account) {
		AllocationProbe probe = this.probe;
		try {
			if (!blocks.tryFree(address, size, alignment)) {
				return false;
			}
		}
		catch (Throwable ex) {
			// of a foreign backend, after the block has left the records
			this.ledger.deallocated(size, account);
			throw ex;
		}
		this.ledger.deallocated(size, account);
		if (probe != AllocationProbe.NONE) {
			observeFreed(probe, address, size);
		}
		return true;
	}

	MemorySegment grow(MemorySegment block, Layout oldLayout, Layout newLayout, boolean zeroed) {
		StackSpace.forOperation();
		Sizes.requireGrowth(oldLayout.size(), newLayout.size());
		if (isNothing(block, oldLayout)) {
			return allocate(newLayout, zeroed);
		}
		return new Resize(this, block.address(), oldLayout, newLayout, zeroed).run(block);
	}

	MemorySegment shrink(MemorySegment block, Layout oldLayout, Layout newLayout) {
		StackSpace.forOperation();
		Sizes.requireShrinkage(oldLayout.size(), newLayout.size());
		boolean nothing = isNothing(block, oldLayout);
		if (newLayout.size() == 0) {
			MemorySegment dangling = newLayout.dangling();
			if (!nothing) {
				give(block.address(), oldLayout, Kind.USE_AFTER_FREE, block);
			}
			return dangling;
		}
		return new Resize(this, block.address(), oldLayout, newLayout, false).run(block);
	}

	/**
	 * Replaces a block given by its address; if that is refused, counts the failure and
	 * returns 0 with the block as it was.
	 */
	long takeResized(long address, Layout oldLayout, Layout newLayout) {
		return new Resize(this, address, oldLayout, newLayout, false).run();
	}

	/**
	 * Replaces a block given by its address, unless it is not held like this.
	 * @param explained whether to throw if it is refused, instead of returning 0
	 * @return the address, or {@link Book#NOT_HELD} with nothing changed
	 */
	long tryTakeResized(long address, Layout oldLayout, Layout newLayout, boolean explained) {
		return new Resize(this, address, oldLayout, newLayout, false).tryRun(explained);
	}

	/** The probe of a call that begins now. */
	AllocationProbe probe() {
		return this.probe;
	}

	void observeResized(AllocationProbe probe, long oldAddress, long oldSize, long newAddress, long newSize) {
		if (probe != AllocationProbe.NONE) {
			observeFreed(probe, oldAddress, oldSize);
			observeAllocated(probe, newAddress, newSize);
		}
	}

	private void observeAllocated(AllocationProbe probe, long address, long size) {
		try {
			probe.allocated(this.place.name(), address, size);
		}
		catch (Throwable ex) {
			probeFailed(ex);
		}
	}

	private void observeFreed(AllocationProbe probe, long address, long size) {
		try {
			probe.deallocated(this.place.name(), address, size);
		}
		catch (Throwable ex) {
			probeFailed(ex);
		}
	}

	/** What a probe throws is no reason to lose a block. */
	private void probeFailed(Throwable fault) {
		Faults.warn(this.place.name(), ": the probe failed", fault);
	}

	/**
	 * Frees the blocks that are there to be seen. To be called with the lock of the
	 * thread that closes.
	 * @return whether there is nothing left, not even in the hands of other threads
	 */
	boolean drain() {
		if (holdsAny()) {
			drainBlocks();
			return !holdsAny();
		}
		return true;
	}

	/** Frees what there is to be seen. */
	abstract void drainBlocks();

	@Override
	public void freed(long address, long size) {
		this.drainedBlocks++;
		this.drainedBytes += size;
		this.ledger.deallocated(size, this.account);
		AllocationProbe probe = this.probe;
		if (probe != AllocationProbe.NONE) {
			observeFreed(probe, address, size);
		}
	}

	/** Returns how many blocks the close has freed. */
	long drainedBlocks() {
		return this.drainedBlocks;
	}

	long drainedBytes() {
		return this.drainedBytes;
	}

	/**
	 * Returns whether there are blocks or chunks, those included that are just being
	 * allocated: exact at one instant. Once the gate is closed, what is allocated after
	 * there were none finds the gate closed.
	 */
	abstract boolean holdsAny();

	/** Whether a block is that of a zero size, of which there is no record. */
	private boolean isNothing(MemorySegment block, Layout layout) {
		if (!block.isNative()) {
			throw new MisuseException(Kind.UNKNOWN_BLOCK,
					this.place.name() + ": a heap segment is not a block of any allocator");
		}
		if (layout.size() == 0 && block.byteSize() != 0) {
			throw new MisuseException(Kind.LAYOUT_MISMATCH,
					this.place.name() + ": the block at 0x" + Long.toHexString(block.address()) + " has "
							+ block.byteSize() + " bytes, but was given back with a layout of size 0");
		}
		return layout.size() == 0;
	}

	/** Says what is wrong with a block that is not held as the caller believes. */
	MisuseException misuse(long address, Layout layout, Kind ifFreed, @Nullable MemorySegment block) {
		boolean ours = block != null && this.segments.include(block);
		MisuseAudit audit = new MisuseAudit(this.place, this.blocks, subject());
		if (this.closing && block != null && !Memory.revokes()) {
			return audit.explainClosed(address, layout);
		}
		Kind kind = this.closing ? Kind.ALLOCATOR_CLOSED : ifFreed;
		return audit.explain(address, layout, ours ? kind : null);
	}

	/** Returns what an address belongs to if it is that of a block, in words, or null. */
	abstract @Nullable String describeOwned(long address);

	/** Whether an address is that of a block of a caller. */
	final boolean isBlock(long address) {
		BlockRecord found = this.blocks.find(address);
		return found != null && found.address() == address;
	}

	/** Says in a word what this is the gate of. */
	abstract String subject();

	/** Says in words that this gate is closed. */
	private String closed() {
		return "the " + subject() + " is closed";
	}

	/** Whether the records and the books agree, while nothing is in flight. */
	abstract boolean isValid();

}
