package io.freehold.held;

import java.util.concurrent.atomic.AtomicInteger;

import io.freehold.internal.Memory;
import io.freehold.internal.sync.Faults;
import io.freehold.pages.Successor;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

/**
 * Blocks in a side table, for backends that keep no owners: a hash table in stripes, each
 * with a lock. The locks are held for a few instructions and never while the backend is
 * called.
 */
public final class TableBlocks implements HeldBlocks {

	/*
	 * A claimed block is out of its table, and its slot is kept. Its successor gets a
	 * slot in the stripe of its own address. If the heap has no room for one more slot
	 * there, it takes the slot that was kept: it is a stray then, and found by looking
	 * into all stripes. So a block that has been resized is always recorded.
	 */

	/** For an allocator that any number of threads may use a lot. */
	private static final int MANY_STRIPES = Math
		.clamp(Integer.highestOneBit(Runtime.getRuntime().availableProcessors() * 4 - 1) << 1, 8, 128);

	private final GlobalAlloc backend;

	/** The backend once more, if it is an owner of blocks itself. */
	private final @Nullable HeldBlocks owner;

	/** As many as a power of two. */
	private final BlockTable[] stripes;

	/** How many entries are in another stripe than that of their address. */
	final AtomicInteger strays = new AtomicInteger();

	/**
	 * Creates a table for any number of threads.
	 * @param backend where the blocks come from
	 */
	public TableBlocks(GlobalAlloc backend) {
		this(backend, MANY_STRIPES);
	}

	/**
	 * Creates a table.
	 * @param backend where the blocks come from
	 * @param stripes how many stripes it has, a power of two
	 */
	public TableBlocks(GlobalAlloc backend, int stripes) {
		this.backend = backend;
		this.owner = (backend instanceof Owner known) ? known : null;
		this.stripes = new BlockTable[stripes];
		for (int i = 0; i < stripes; i++) {
			this.stripes[i] = new BlockTable();
		}
	}

	private BlockTable stripe(long address) {
		BlockTable[] stripes = this.stripes;
		return stripes[(int) (BlockTable.hash(address) >>> 40) & (stripes.length - 1)];
	}

	@Override
	public long allocate(long size, long alignment, boolean zeroed) {
		long address = take(size, alignment, zeroed);
		if (address == 0) {
			return 0;
		}
		boolean recorded = false;
		try {
			recorded = tryRecord(address, BlockTable.pack(size, alignment));
		}
		finally {
			if (!recorded) {
				giveBack(address, size, alignment);
			}
		}
		if (!recorded) {
			throw new OutOfMemoryError("the heap has no room for the record of a block");
		}
		return address;
	}

	private long take(long size, long alignment, boolean zeroed) {
		return zeroed ? this.backend.allocateZeroed(size, alignment) : this.backend.allocate(size, alignment);
	}

	/** For steps after which there is no way back, not even from a backend's fault. */
	private void giveBack(long address, long size, long alignment) {
		try {
			this.backend.deallocate(address, size, alignment);
		}
		catch (Throwable ex) {
			Faults.warn(this.backend.name(), ": could not take back a block", ex);
		}
	}

	/** Records a block; returns whether the heap had room for that. */
	private boolean tryRecord(long address, long packed) {
		BlockTable stripe = stripe(address);
		stripe.lock.lock();
		try {
			stripe.reserve();
			stripe.put(address, packed);
			return true;
		}
		catch (OutOfMemoryError ex) {
			return false;
		}
		finally {
			stripe.lock.unlock();
		}
	}

	@Override
	public boolean tryFree(long address, long size, long alignment) {
		if (!remove(address, BlockTable.pack(size, alignment), false)) {
			return false;
		}
		this.backend.deallocate(address, size, alignment);
		return true;
	}

	@Override
	public boolean tryClaim(long address, long size, long alignment) {
		return remove(address, BlockTable.pack(size, alignment), true);
	}

	/**
	 * Removes an entry if it is there just like this.
	 * @param claimed whether to keep its slot, in the stripe of its address
	 */
	private boolean remove(long address, long packed, boolean claimed) {
		BlockTable stripe = stripe(address);
		stripe.lock.lock();
		try {
			if (stripe.remove(address, packed)) {
				if (claimed) {
					stripe.claim();
				}
				return true;
			}
		}
		finally {
			stripe.lock.unlock();
		}
		return this.strays.get() != 0 && removeStray(address, packed, claimed);
	}

	/**
	 * Removes an entry wherever it is: perhaps in the stripe of its address, where
	 * another thread has put it since that was looked into.
	 */
	boolean removeStray(long address, long packed, boolean claimed) {
		BlockTable home = stripe(address);
		if (claimed && !tryKeepSlot(home)) {
			throw new OutOfMemoryError("the heap has no room for the record of a block");
		}
		for (BlockTable stripe : this.stripes) {
			stripe.lock.lock();
			try {
				if (stripe.remove(address, packed)) {
					if (stripe != home) {
						this.strays.decrementAndGet();
					}
					return true;
				}
			}
			finally {
				stripe.lock.unlock();
			}
		}
		if (claimed) {
			giveUpSlot(home);
		}
		return false;
	}

	private static boolean tryKeepSlot(BlockTable stripe) {
		stripe.lock.lock();
		try {
			stripe.reserve();
			stripe.claim();
			return true;
		}
		catch (OutOfMemoryError ex) {
			return false;
		}
		finally {
			stripe.lock.unlock();
		}
	}

	private static void giveUpSlot(BlockTable stripe) {
		stripe.lock.lock();
		try {
			stripe.settle();
		}
		finally {
			stripe.lock.unlock();
		}
	}

	@Override
	public void restore(long address, long size, long alignment) {
		BlockTable stripe = stripe(address);
		stripe.lock.lock();
		try {
			// the claim has kept the slot
			stripe.settle();
			stripe.put(address, BlockTable.pack(size, alignment));
		}
		finally {
			stripe.lock.unlock();
		}
	}

	@Override
	public long resizeClaimed(long address, long oldSize, long alignment, long newSize, Successor successor) {
		if (this.owner != null) {
			return resizeOwned(this.owner, address, oldSize, alignment, newSize, successor);
		}
		// most often the right address, and what can fail there fails before the call
		successor.at(address);
		long resized = this.backend.reallocate(address, oldSize, alignment, newSize);
		if (resized != 0 && resized != address) {
			tellAfterwards(successor, resized);
		}
		return resized;
	}

	/**
	 * Tells of an address that is known only after the old block is gone, so that no
	 * fault may undo the resize. The heap has had room for the answer a moment ago; if
	 * another thread has taken that room since, the collector may find some more. If not,
	 * or if a close has revoked what the segment needs, the caller is left to find out:
	 * the block is recorded all the same.
	 */
	private static void tellAfterwards(Successor successor, long address) {
		for (int i = 0; i < 2; i++) {
			try {
				successor.at(address);
				return;
			}
			catch (Throwable ex) {
				// tried once more
			}
		}
	}

	private static long resizeOwned(HeldBlocks owner, long address, long oldSize, long alignment, long newSize,
			Successor successor) {
		requireOwned(owner.tryClaim(address, oldSize, alignment), address, oldSize);
		long resized = 0;
		try {
			resized = owner.resizeClaimed(address, oldSize, alignment, newSize, successor);
		}
		finally {
			if (resized == 0) {
				owner.restore(address, oldSize, alignment);
			}
		}
		if (resized != 0) {
			owner.publish(resized, newSize, alignment, address);
		}
		return resized;
	}

	private static void requireOwned(boolean owned, long address, long size) {
		if (!owned) {
			throw new AssertionError("the backend does not know the block of " + size + " bytes at 0x"
					+ Long.toHexString(address) + " that is in the table");
		}
	}

	@Override
	public long replaceClaimed(long address, long oldSize, long oldAlignment, long newSize, long newAlignment,
			boolean zeroed, Successor successor) {
		long replacement = take(newSize, newAlignment, zeroed);
		if (replacement == 0) {
			return 0;
		}
		boolean copied = false;
		try {
			successor.at(replacement);
			Memory.copy(address, replacement, Math.min(oldSize, newSize));
			copied = true;
		}
		finally {
			if (!copied) {
				giveBack(replacement, newSize, newAlignment);
			}
		}
		giveBack(address, oldSize, oldAlignment);
		return replacement;
	}

	@Override
	public void publish(long address, long size, long alignment, long oldAddress) {
		long packed = BlockTable.pack(size, alignment);
		boolean recorded = address != oldAddress && tryRecord(address, packed);
		BlockTable old = stripe(oldAddress);
		old.lock.lock();
		try {
			old.settle();
			if (!recorded) {
				old.put(address, packed);
				if (old != stripe(address)) {
					this.strays.incrementAndGet();
				}
			}
		}
		finally {
			old.lock.unlock();
		}
	}

	@Override
	public @Nullable BlockRecord find(long address) {
		BlockRecord found = get(stripe(address), address);
		for (int i = 0; found == null && i < this.stripes.length; i++) {
			found = findContaining(this.stripes[i], address);
		}
		return found;
	}

	@Override
	public boolean mayBeClaimed(long address) {
		BlockTable stripe = stripe(address);
		stripe.lock.lock();
		try {
			return stripe.hasClaims();
		}
		finally {
			stripe.lock.unlock();
		}
	}

	private static @Nullable BlockRecord get(BlockTable stripe, long address) {
		stripe.lock.lock();
		try {
			long packed = stripe.get(address);
			return (packed < 0) ? null
					: new BlockRecord(address, BlockTable.size(packed), BlockTable.alignment(packed), 0);
		}
		finally {
			stripe.lock.unlock();
		}
	}

	private static @Nullable BlockRecord findContaining(BlockTable stripe, long address) {
		stripe.lock.lock();
		try {
			return stripe.findContaining(address);
		}
		finally {
			stripe.lock.unlock();
		}
	}

	@Override
	public void drain(Freed freed) {
		for (BlockTable stripe : this.stripes) {
			drain(stripe, freed);
		}
	}

	/** Takes the blocks out one by one, so that each is in the table or freed. */
	private void drain(BlockTable stripe, Freed freed) {
		int index = Integer.MAX_VALUE - 1;
		while (true) {
			long address;
			long packed;
			stripe.lock.lock();
			try {
				index = stripe.last(index);
				if (index < 0) {
					return;
				}
				address = stripe.addressAt(index);
				packed = stripe.packedAt(index);
				stripe.removeAt(index);
			}
			finally {
				stripe.lock.unlock();
			}
			if (stripe(address) != stripe) {
				this.strays.decrementAndGet();
			}
			giveBack(address, BlockTable.size(packed), BlockTable.alignment(packed));
			freed.freed(address, BlockTable.size(packed));
		}
	}

	/** Returns the bytes of all blocks that are not claimed, by adding them up. */
	public long bytes() {
		long sum = 0;
		for (BlockTable stripe : this.stripes) {
			stripe.lock.lock();
			try {
				sum += stripe.bytes();
			}
			finally {
				stripe.lock.unlock();
			}
		}
		return sum;
	}

	@Override
	public boolean isValid() {
		for (BlockTable stripe : this.stripes) {
			stripe.lock.lock();
			try {
				if (!stripe.isValid()) {
					return false;
				}
			}
			finally {
				stripe.lock.unlock();
			}
		}
		return true;
	}

}
