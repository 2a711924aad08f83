package io.freehold.stress;

/**
 * Calls something a few frames above the end of the stack. For one thread, the stack of
 * which should be small.
 */
final class DeepCall {

	/** How often the depth is measured anew, since compiled frames are smaller. */
	private static final int PERIOD = 64;

	private int calls;

	private int depth;

	private int deepest;

	/**
	 * Calls something.
	 * @param call what to call
	 * @param frames how many frames to leave, each of some dozen bytes
	 * @throws StackOverflowError if the stack ended before or during the call
	 */
	void run(Runnable call, int frames) {
		if (this.calls++ % PERIOD == 0) {
			measure();
		}
		descend(Math.max(0, this.deepest - frames), call);
	}

	private void measure() {
		this.depth = 0;
		try {
			descend(Integer.MAX_VALUE, DeepCall::nothing);
		}
		catch (StackOverflowError ex) {
			this.deepest = this.depth;
		}
	}

	private static void nothing() {
	}

	@SuppressWarnings("InfiniteRecursion")
	private void descend(int levels, Runnable call) {
		if (levels == 0) {
			call.run();
			return;
		}
		this.depth++;
		descend(levels - 1, call);
	}

}
