package io.freehold.misuse;

import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.spi.GlobalAlloc;
import io.freehold.stress.Pattern;

/**
 * A backend that detects misuse and then does the wrong thing.
 */
final class SloppyAlloc implements GlobalAlloc {

	private final OracleAlloc oracle;

	private final Sloppiness sloppiness;

	SloppyAlloc(OracleAlloc oracle, Sloppiness sloppiness) {
		this.oracle = oracle;
		this.sloppiness = sloppiness;
	}

	@Override
	public long allocate(long size, long alignment) {
		return this.oracle.allocate(size, alignment);
	}

	@Override
	public void deallocate(long address, long size, long alignment) {
		try {
			this.oracle.deallocate(address, size, alignment);
		}
		catch (MisuseException ex) {
			refuse(ex, address, size, alignment);
		}
	}

	@Override
	public long reallocate(long address, long oldSize, long alignment, long newSize) {
		try {
			return this.oracle.reallocate(address, oldSize, alignment, newSize);
		}
		catch (MisuseException ex) {
			refuse(ex, address, oldSize, alignment);
			return 0;
		}
	}

	private void refuse(MisuseException ex, long address, long size, long alignment) {
		boolean mismatch = ex.kind() == Kind.LAYOUT_MISMATCH;
		switch (this.sloppiness) {
			case SILENT -> {
				return;
			}
			case KINDLESS -> throw new MisuseException(Kind.WRONG_ALLOCATOR, "some misuse");
			case FREES_ANYWAY -> {
				if (mismatch) {
					this.oracle.forget(address);
				}
			}
			case WRITES_ANYWAY -> {
				if (mismatch) {
					Pattern.scribble(address, 1, (byte) (address ^ size ^ alignment));
				}
			}
		}
		throw ex;
	}

	/** The wrong things. */
	enum Sloppiness {

		/** The misuse is ignored without a word. */
		SILENT,

		/** It is called by the wrong name. */
		KINDLESS,

		/** A free with the wrong layout is refused, and the block is gone. */
		FREES_ANYWAY,

		/** A free with the wrong layout is refused, and the block is overwritten. */
		WRITES_ANYWAY

	}

}
