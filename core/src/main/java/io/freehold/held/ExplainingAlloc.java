package io.freehold.held;

import io.freehold.Layout;
import io.freehold.spi.GlobalAlloc;

/**
 * A backend that can say why it refuses memory. The caller has checked the stack.
 */
public interface ExplainingAlloc extends GlobalAlloc {

	/**
	 * Allocates memory.
	 * @param zeroed whether its content is to be zero
	 * @return the address
	 * @throws io.freehold.AllocationException if it is refused, with the reason
	 */
	long take(Layout layout, boolean zeroed);

	/**
	 * Changes the size of a block; the alignment stays.
	 * @return the new address
	 * @throws io.freehold.AllocationException if it is refused, with the reason and with
	 * the block as it was
	 */
	long takeResized(long address, Layout oldLayout, Layout newLayout);

}
