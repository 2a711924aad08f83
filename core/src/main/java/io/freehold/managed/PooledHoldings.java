package io.freehold.managed;

import io.freehold.pool.Owner;

import org.jspecify.annotations.Nullable;

/**
 * Holdings that are a pooled allocator's own records: nothing is kept beside them, and
 * there is nothing that could run out.
 */
final class PooledHoldings implements Holdings {

	private final Owner owner;

	PooledHoldings(Owner owner) {
		this.owner = owner;
	}

	@Override
	public long allocate(long size, long alignment, boolean zeroed) {
		return this.owner.allocate(size, alignment, zeroed);
	}

	@Override
	public @Nullable Held free(long address, long size, long alignment) {
		return this.owner.tryFree(address, size, alignment) ? null : differing(address, size, alignment);
	}

	@Override
	public @Nullable Held claim(long address, long size, long alignment) {
		return this.owner.tryClaim(address, size, alignment) ? null : differing(address, size, alignment);
	}

	/**
	 * Returns the record of a block that is not as it was said to be. If it is just so,
	 * somebody else has claimed it, and is believed to replace it.
	 */
	private Held differing(long address, long size, long alignment) {
		Held held = find(address);
		boolean other = held != null && held.address() == address
				&& (held.size() != size || held.alignment() != alignment);
		return (held != null && other) ? held : Held.ABSENT;
	}

	@Override
	public void restore(long address, long size, long alignment) {
		this.owner.unclaim(address, size, alignment);
	}

	@Override
	public long reallocate(long address, long oldSize, long alignment, long newSize) {
		return this.owner.resizeClaimed(address, oldSize, alignment, newSize);
	}

	@Override
	public long allocateReplacement(long size, long alignment, boolean zeroed) {
		return this.owner.allocateClaimed(size, alignment, zeroed);
	}

	@Override
	public void freeReplaced(long address, long size, long alignment) {
		this.owner.freeClaimed(address, size);
	}

	@Override
	public boolean record(long address, long size, long alignment, long oldSize) {
		this.owner.unclaim(address, size, alignment);
		return true;
	}

	@Override
	public void settle(long address) {
		// the record of the old block is gone, or has become that of the new one
	}

	@Override
	public @Nullable Held find(long address) {
		Found found = new Found();
		return this.owner.find(address, found) ? found.held : null;
	}

	@Override
	public void drain(Consumer freed) {
		this.owner.freeAll((address, size, _) -> freed.accept(address, size));
	}

	@Override
	public boolean isValid() {
		return true;
	}

	/** What a search has come across. */
	private static final class Found implements Owner.Visitor {

		private Held held = Held.ABSENT;

		@Override
		public void visit(long address, long size, long alignment) {
			this.held = new Held(address, size, alignment);
		}

	}

}
