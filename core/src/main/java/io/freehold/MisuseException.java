package io.freehold;

/**
 * Thrown when an allocator sees that it is used against its contract: a block freed
 * twice, a block that is not its own, a layout the block was not allocated with. The
 * refused call has changed nothing.
 */
public class MisuseException extends IllegalStateException {

	private final Kind kind;

	/**
	 * Creates an exception.
	 * @param kind what was done wrong
	 * @param message who saw it, the address, and the layouts involved
	 */
	public MisuseException(Kind kind, String message) {
		super(message);
		this.kind = kind;
	}

	/**
	 * Returns what was done wrong.
	 * @return the kind of misuse
	 */
	public Kind kind() {
		return this.kind;
	}

	/**
	 * The ways to misuse an allocator that can be seen.
	 */
	public enum Kind {

		/** The block was freed before. */
		DOUBLE_FREE,

		/** The block never came from this allocator, as far as can be seen. */
		UNKNOWN_BLOCK,

		/** The address lies inside a block, not at its start. */
		INTERIOR_POINTER,

		/** The layout is not the one the block is allocated with. */
		LAYOUT_MISMATCH,

		/** The block belongs to another allocator. */
		WRONG_ALLOCATOR,

		/** A block that was freed before was to grow or shrink. */
		USE_AFTER_FREE,

		/**
		 * The block was freed when its allocator closed, before the call or during it: an
		 * order of events at shutdown, not a block freed twice by its users.
		 */
		ALLOCATOR_CLOSED

	}

}
