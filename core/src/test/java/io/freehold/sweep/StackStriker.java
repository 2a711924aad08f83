package io.freehold.sweep;

import org.jspecify.annotations.Nullable;

/**
 * Performs an operation a number of frames above the end of the stack.
 */
final class StackStriker implements Striker {

	/** For an operation that was not even called. */
	private static final StackOverflowError NOT_CALLED = new StackOverflowError("no room for the call");

	private @Nullable Operation operation;

	private @Nullable Scene scene;

	private int frames;

	private boolean struck;

	private @Nullable Throwable thrown;

	@Override
	public @Nullable Throwable strike(int point, Operation operation, Scene scene) {
		this.operation = operation;
		this.scene = scene;
		this.frames = point;
		this.struck = false;
		this.thrown = NOT_CALLED;
		descend();
		return this.thrown;
	}

	/** Returns how many frames there were below. */
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

	@SuppressWarnings("NullAway")
	private void act() {
		try {
			this.operation.act().accept(this.scene);
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
