package io.freehold.pages;

/**
 * Told where a block will be that replaces another, before the other one is given up:
 * what can fail on the side of the caller is done here.
 */
@FunctionalInterface
public interface Successor {

	/** Of a caller that has nothing to do. */
	Successor NONE = new Successor() {

		@Override
		public void at(long address) {
			// whatever the address, it will do
		}

	};

	/**
	 * Prepares for the block. If this throws, the old block stays as it is.
	 * @param address the address of the new block, perhaps that of the old one, where the
	 * memory of the new size need not be there yet
	 */
	void at(long address);

}
