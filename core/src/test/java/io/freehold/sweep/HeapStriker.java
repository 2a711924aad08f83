package io.freehold.sweep;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;

import org.jspecify.annotations.Nullable;

/**
 * Fills the Java heap before an operation, but for a number of bytes.
 */
final class HeapStriker implements Striker {

	/** What the smallest object that fills the heap takes, and one step of a sweep. */
	private static final int STEP = 16;

	private static final int HEADER = 16;

	/** Each a fraction of the one before, so that few attempts fail. */
	private static final int[] SIZES = { 4 << 20, 1 << 20, 128 << 10, 8 << 10, 512, 64, STEP };

	/** Roots of all that fills the heap. */
	private final @Nullable Object[] fill = new @Nullable Object[4096];

	private @Nullable Object reserve;

	@Override
	public @Nullable Throwable strike(int point, Operation operation, Scene scene) {
		Throwable thrown = null;
		try {
			this.reserve = (point != 0) ? new byte[point * STEP - HEADER] : null;
			fill();
			this.reserve = null;
			operation.act().accept(scene);
		}
		catch (Throwable ex) {
			thrown = ex;
		}
		release();
		return thrown;
	}

	private void fill() {
		int roots = 0;
		for (int size : SIZES) {
			try {
				while (roots < this.fill.length) {
					this.fill[roots] = new byte[size - HEADER];
					roots++;
				}
			}
			catch (OutOfMemoryError ex) {
				// on to the next size
			}
		}
	}

	@Override
	public void release() {
		for (int i = 0; i < this.fill.length; i++) {
			this.fill[i] = null;
		}
		this.reserve = null;
	}

	@Override
	public int successes() {
		return 2;
	}

	@Override
	public boolean isOurs(Throwable thrown) {
		return thrown instanceof OutOfMemoryError
				|| (thrown instanceof AllocationException refused && refused.reason() == Reason.EXHAUSTED);
	}

}
