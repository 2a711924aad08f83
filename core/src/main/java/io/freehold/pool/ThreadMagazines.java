package io.freehold.pool;

import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.freehold.internal.sync.Clock;

import org.jspecify.annotations.Nullable;

/**
 * The magazines of platform threads, each with its own. Virtual threads have none.
 */
final class ThreadMagazines {

	private static final int NEAR = 1 << 12;

	private static final long[] NO_RACK = { Rack.NOBODY };

	private final Bin[] bins;

	private final CacheAllowance allowance;

	/**
	 * The racks again, by the lower bits of the id of the thread, if no other thread has
	 * got there first. Written and read by plain stores and loads: a thread believes what
	 * it finds only if the rack says that it is its own.
	 */
	private final long[][] near = new long[NEAR][];

	/** By the id of the thread, which is never used twice. */
	private final ConcurrentHashMap<Long, Owned> owned = new ConcurrentHashMap<>();

	/** Since the dead were looked for. */
	private final AtomicInteger registrations = new AtomicInteger();

	@SuppressWarnings("ThreadLocalUsage") // as many as there are pools
	private final ThreadLocal<Magazines> local = new ThreadLocal<>() {

		@Override
		protected Magazines initialValue() {
			return register();
		}

	};

	ThreadMagazines(Bin[] bins, CacheAllowance allowance) {
		this.bins = bins;
		this.allowance = allowance;
		Arrays.fill(this.near, NO_RACK);
	}

	/** The thread is held weakly: it is not kept by having used memory. */
	private record Owned(WeakReference<Thread> thread, Magazines magazines) {

		boolean isOrphan() {
			Thread thread = this.thread.get();
			return thread == null || !thread.isAlive();
		}

	}

	/**
	 * Returns the array in which the rack of a thread is near, at {@link #index} of its
	 * id; in its place there may be one that belongs to somebody else.
	 */
	long[][] near() {
		return this.near;
	}

	static int index(long threadId) {
		return (int) threadId & (NEAR - 1);
	}

	/**
	 * Returns the magazines of the current thread, or null if it has none: a virtual
	 * thread, the clock, which returns what others have left and keeps nothing, or a
	 * thread for which the heap has no room.
	 */
	@Nullable Magazines own() {
		Thread thread = Thread.currentThread();
		if (thread.isVirtual() || Clock.INSTANCE.isRunBy(thread)) {
			return null;
		}
		try {
			Magazines own = this.local.get();
			int index = index(thread.threadId());
			if (this.near[index] == NO_RACK) {
				this.near[index] = own.rack();
			}
			return own;
		}
		catch (OutOfMemoryError ex) {
			return null;
		}
	}

	private Magazines register() {
		Thread thread = Thread.currentThread();
		Owned known = this.owned.get(thread.threadId());
		if (known != null) {
			// some executors erase the locals of their threads
			return known.magazines();
		}
		Magazines orphan = null;
		if (this.registrations.incrementAndGet() > this.owned.size() / 2) {
			// often enough that those of the dead are never the majority
			this.registrations.set(0);
			orphan = reap(true);
		}
		boolean done = false;
		try {
			Magazines magazines = (orphan != null) ? orphan : new Magazines(this.bins, this.allowance);
			Owned registered = new Owned(new WeakReference<>(thread), magazines);
			Rack.setOwner(magazines.rack(), thread.threadId());
			this.owned.put(thread.threadId(), registered);
			done = true;
			return magazines;
		}
		finally {
			if (!done && orphan != null) {
				orphan.drain();
			}
		}
	}

	/** Empties the magazines of threads that have ended. */
	void reap() {
		reap(false);
	}

	/** Returns one that is to be adopted as it is, if there is one. */
	private @Nullable Magazines reap(boolean adopt) {
		Magazines adopted = null;
		for (Map.Entry<Long, Owned> entry : this.owned.entrySet()) {
			Owned candidate = entry.getValue();
			// what the thread did happens before it is seen to have ended
			if (candidate.isOrphan() && this.owned.remove(entry.getKey(), candidate)) {
				forget(entry.getKey(), candidate.magazines().rack());
				if (adopt && adopted == null) {
					adopted = candidate.magazines();
				}
				else {
					candidate.magazines().drain();
				}
			}
		}
		return adopted;
	}

	private void forget(long threadId, long[] rack) {
		int index = index(threadId);
		if (this.near[index] == rack) {
			this.near[index] = NO_RACK;
		}
	}

	/** Returns the bytes of all blocks in here; approximate while threads use them. */
	long bytes() {
		long bytes = 0;
		for (Owned candidate : this.owned.values()) {
			bytes += candidate.magazines().bytes();
		}
		return bytes;
	}

	/** Returns how many threads have magazines, or had them when they ended. */
	int count() {
		return this.owned.size();
	}

}
