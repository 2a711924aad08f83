package io.freehold.sweep;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;

import org.jspecify.annotations.Nullable;

/**
 * Fills the Java heap before an operation, except for a number of bytes.
 */
final class HeapStriker implements Striker {

	/** What the smallest object that fills the heap takes, and one step of a sweep. */
	private static final int STEP = 16;

	private static final int HEADER = 16;

	/** Points are tried one by one up to here, or eight times this. */
	private static final int DENSE = 24;

	/** Each a fraction of the one before, so that few attempts fail. */
	private static final int[] SIZES = { 64 << 10, 1 << 10, STEP };

	/** Roots of all that fills the heap. */
	private final @Nullable Object[] fill = new @Nullable Object[4096];

	private int roots;

	@SuppressWarnings("UnusedVariable")
	private volatile @Nullable Object reserve;

	@Override
	public @Nullable Throwable strike(int point, Runnable operation) {
		Throwable thrown = null;
		try {
			this.reserve = (point != 0) ? new byte[point * STEP - HEADER] : null;
			fill();
			this.reserve = null;
			operation.run();
		}
		catch (Throwable ex) {
			thrown = ex;
		}
		release();
		return thrown;
	}

	private void fill() {
		for (int size : SIZES) {
			try {
				while (this.roots < this.fill.length) {
					this.fill[this.roots] = new byte[size - HEADER];
					this.roots++;
				}
			}
			catch (OutOfMemoryError ex) {
				// on to the next size
			}
		}
	}

	@Override
	public void release() {
		while (this.roots > 0) {
			this.fill[--this.roots] = null;
		}
		this.reserve = null;
	}

	@Override
	public int next(int point, boolean many) {
		return point + Math.max(1, many ? (point - DENSE) / 4 : (point - 8 * DENSE) / 8);
	}

	@Override
	public int successes() {
		return 2;
	}

	@Override
	public boolean mayTakeLess() {
		return true;
	}

	@Override
	public boolean isOurs(Throwable thrown) {
		return thrown instanceof OutOfMemoryError
				|| (thrown instanceof AllocationException refused && refused.reason() == Reason.EXHAUSTED);
	}

}
