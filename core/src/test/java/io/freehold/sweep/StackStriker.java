package io.freehold.sweep;

import org.jspecify.annotations.Nullable;

/**
 * Performs an operation a number of frames above the end of the stack.
 */
final class StackStriker implements Striker {

	/** For an operation that was not even called. */
	private final StackOverflowError notCalled = new StackOverflowError("no room for the call");

	private Runnable operation = StackStriker::nothing;

	private int frames;

	private boolean struck;

	private @Nullable Throwable thrown;

	private static void nothing() {
	}

	@Override
	public @Nullable Throwable strike(int point, Runnable operation) {
		this.operation = operation;
		this.frames = point;
		this.struck = false;
		this.thrown = this.notCalled;
		descend();
		return this.thrown;
	}

	/** Returns how many frames there were below. */
	@SuppressWarnings("InfiniteRecursion")
	private int descend() {
		int below;
		try {
			below = descend() + 1;
		}
		catch (StackOverflowError ex) {
			below = 0;
		}
		if (below == this.frames && !this.struck) {
			this.struck = true;
			act();
		}
		return below;
	}

	private void act() {
		try {
			this.operation.run();
			this.thrown = null;
		}
		catch (Throwable ex) {
			this.thrown = ex;
		}
	}

	@Override
	public int successes() {
		return 4;
	}

	@Override
	public boolean isOurs(Throwable thrown) {
		return thrown instanceof StackOverflowError;
	}

}
