package io.freehold.internal.sync;

/**
 * Shortens waits for a test.
 */
public final class WaitLimit implements AutoCloseable {

	private final long before;

	private WaitLimit(long before) {
		this.before = before;
	}

	public static WaitLimit set(long nanos) {
		WaitLimit limit = new WaitLimit(Wait.endsAfter);
		Wait.endsAfter = nanos;
		return limit;
	}

	@Override
	public void close() {
		Wait.endsAfter = this.before;
	}

}
