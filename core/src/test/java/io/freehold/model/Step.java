package io.freehold.model;

/**
 * One call of a random program. Blocks are picked by a number that is taken modulo the
 * number of live blocks, so that a program stays one when steps are left out; a step for
 * which there is no block does nothing.
 */
sealed interface Step {

	/** Returns whether the backend is told to refuse the call. */
	boolean refused();

	/** Takes a block. */
	record Allocate(long size, long alignment, boolean zeroed, boolean refused) implements Step {

		@Override
		public String toString() {
			return (this.zeroed ? "allocateZeroed(" : "allocate(") + this.size + ", " + this.alignment + ")"
					+ suffix(this.refused);
		}

	}

	/** Changes the size of a block. */
	record Reallocate(int pick, long newSize, boolean refused) implements Step {

		@Override
		public String toString() {
			return "reallocate(#" + this.pick + ", " + this.newSize + ")" + suffix(this.refused);
		}

	}

	/** Frees a block. */
	record Deallocate(int pick) implements Step {

		@Override
		public boolean refused() {
			return false;
		}

		@Override
		public String toString() {
			return "deallocate(#" + this.pick + ")";
		}

	}

	private static String suffix(boolean refused) {
		return refused ? " refused" : "";
	}

}
