package io.freehold;

/**
 * Thrown when an allocator cannot provide a block. Whatever the failed call was, nothing
 * has changed: no block is lost, and the block that was to grow or shrink is still
 * allocated, with its content.
 *
 * <p>
 * The message says who refused, what was asked for and how much there was:
 * {@code root/images: could not allocate 4096 bytes aligned to 8 (...)}. A caller that
 * has no way on may raise {@code Global.handleAllocError(layout)} instead.
 */
public class AllocationException extends RuntimeException {

	private final Reason reason;

	private final Layout layout;

	private final String allocatorName;

	/**
	 * Creates an exception.
	 * @param allocatorName the name of the allocator that refused
	 * @param layout what was asked for
	 * @param reason why it was refused
	 * @param detail the numbers or circumstances behind the reason, for the message
	 */
	public AllocationException(String allocatorName, Layout layout, Reason reason, String detail) {
		super(allocatorName + ": could not allocate " + layout.size() + " bytes aligned to " + layout.alignment() + " ("
				+ detail + ")");
		this.allocatorName = allocatorName;
		this.layout = layout;
		this.reason = reason;
	}

	/**
	 * Returns why the memory was refused.
	 * @return the reason
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * Returns what was asked for.
	 * @return the layout
	 */
	public Layout layout() {
		return this.layout;
	}

	/**
	 * Returns the name of the allocator that refused: the path of a managed allocator, or
	 * the name of a backend.
	 * @return the name
	 */
	public String allocatorName() {
		return this.allocatorName;
	}

	/**
	 * Why memory was refused.
	 */
	public enum Reason {

		/** The backend has no more memory to give. */
		EXHAUSTED,

		/** A budget, the allocator's own or that of an ancestor, does not allow it. */
		LIMIT_EXCEEDED,

		/** No amount of free memory would do: the size or alignment is not supported. */
		UNSUPPORTED_LAYOUT,

		/** The allocator is closed or about to be. */
		CLOSED

	}

}
