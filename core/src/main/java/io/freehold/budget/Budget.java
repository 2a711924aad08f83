package io.freehold.budget;

/**
 * How many bytes an allocator and its descendants may hold, and hold. Figures are bytes
 * requested for live blocks: what a backend wastes or caches is not in them.
 *
 * <p>
 * A limit is never exceeded, by any number of threads, and nothing is refused that truly
 * fits. When everything is freed, {@link #used()} is exactly zero.
 */
public interface Budget {

	/** The limit of a budget without one. */
	long UNLIMITED = Long.MAX_VALUE;

	/**
	 * Returns the limit in bytes.
	 * @return the limit, {@link #UNLIMITED} if there is none
	 */
	long limit();

	/**
	 * Changes the limit. Takes effect for all allocations that start afterwards. A limit
	 * below what is used takes nothing away: it refuses whatever would use more, until
	 * enough is freed.
	 * @param bytes the new limit, zero or more, {@link #UNLIMITED} for none
	 * @throws IllegalArgumentException if it is negative
	 */
	void setLimit(long bytes);

	/**
	 * Returns the soft limit in bytes, which refuses nothing: passing it is logged once,
	 * and shown wherever the budget is shown.
	 * @return the soft limit, {@link #UNLIMITED} if there is none
	 */
	long softLimit();

	/**
	 * Returns the bytes in use, by the allocator and its descendants, allocations that
	 * are just being decided included.
	 * @return bytes
	 */
	long used();

	/**
	 * Returns the most bytes that were ever in use at the same time, never more than
	 * that. It is exact as long as one thread at a time allocates, by one allocator;
	 * where several do it may miss a peak by a sixteenth of it, at most 64 KiB, and by
	 * what could not be told while allocations of other threads were being decided.
	 * @return bytes
	 */
	long peak();

	/**
	 * Returns how many more bytes this budget allows; its ancestors may allow less.
	 * @return bytes, {@link #UNLIMITED} if there is no limit
	 */
	default long remaining() {
		long limit = limit();
		return (limit == UNLIMITED) ? UNLIMITED : Math.max(0, limit - used());
	}

}
