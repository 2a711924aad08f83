package io.freehold.spring.scope.servlet;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.freehold.managed.Heap;
import io.freehold.spring.sync.StackSafeLock;

import org.jspecify.annotations.Nullable;

/**
 * The memory of one session, and who is using it.
 */
final class SessionMemory {

	private final Heap heap;

	/** Counts this memory until it is freed. */
	private final AtomicLong instances;

	/** Whether it does so no more. By compare-and-set. */
	private final AtomicBoolean uncounted = new AtomicBoolean();

	private final StackSafeLock lock = new StackSafeLock();

	/** The id of the session. Written under the lock. */
	private volatile String id;

	/** Whether the session has ended. Only ever becomes true, under the lock. */
	private volatile boolean ended;

	/**
	 * Memory of the same session that was begun under its new id before this one was
	 * known by it, and that ends with this one. The first of a list that is linked by
	 * {@link #nextAdopted}. Written under the lock, and not after the session has ended.
	 */
	private @Nullable SessionMemory adopted;

	/** Written once, under the lock of the memory that adopts this one. */
	private @Nullable SessionMemory nextAdopted;

	/**
	 * Whether another memory has adopted this one. Only ever becomes true, under the lock
	 * for moves of {@link SessionMemories}.
	 */
	private volatile boolean follows;

	/** Requests that belong to the session. Guarded by the lock. */
	private int requests;

	/** When the last of them was complete. Guarded by the lock. */
	private long idleSince;

	/** How long the session may be idle, 0 if for ever. Guarded by the lock. */
	private long idleTimeout;

	SessionMemory(String id, Heap heap, AtomicLong instances) {
		this.id = id;
		this.heap = heap;
		this.instances = instances;
	}

	Heap heap() {
		return this.heap;
	}

	/**
	 * Returns the lock that guards this object. Taken while a memory is put under another
	 * id or is taken out, so that neither happens in the middle of the other.
	 */
	StackSafeLock lock() {
		return this.lock;
	}

	String id() {
		return this.id;
	}

	/** Changes the id. The caller holds the lock. */
	void id(String id) {
		this.id = id;
	}

	boolean hasEnded() {
		return this.ended;
	}

	/**
	 * A request that belongs to the session begins to count.
	 * @param idleTimeout nanoseconds that the session may be idle afterwards, 0 if there
	 * is no such limit
	 * @return whether the session has not ended
	 */
	boolean retain(long idleTimeout) {
		this.lock.lock();
		try {
			if (this.ended) {
				return false;
			}
			this.requests++;
			this.idleTimeout = idleTimeout;
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	void idleTimeout(long idleTimeout) {
		this.lock.lock();
		try {
			this.idleTimeout = idleTimeout;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** A request that counted is complete. */
	void release() {
		this.lock.lock();
		try {
			this.requests--;
			this.idleSince = System.nanoTime();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Ends the session if it is idle for too long; the memory is for the caller to free.
	 */
	boolean endsIdle(long now) {
		this.lock.lock();
		try {
			return this.idleTimeout != 0 && now - this.idleSince > this.idleTimeout && endsUnused();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Ends the session if no request counts; the memory is for the caller to free. */
	boolean endsUnused() {
		this.lock.lock();
		try {
			boolean unused = !this.ended && isUnused();
			this.ended |= unused;
			return unused;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isUnused() {
		this.lock.lock();
		try {
			boolean unused = this.requests == 0;
			for (SessionMemory other = this.adopted; unused && other != null; other = other.nextAdopted) {
				unused = other.isUnused();
			}
			return unused;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether this memory ends with another one, which is called what the session is. */
	boolean follows() {
		return this.follows;
	}

	/**
	 * Has another memory end with this one, which it did with none so far. The caller
	 * holds the lock, and this session has not ended.
	 */
	void adopt(SessionMemory other) {
		other.nextAdopted = this.adopted;
		this.adopted = other;
		other.follows = true;
	}

	/**
	 * Ends the session and frees its memory. When that is done it does nothing. If it
	 * fails, the next call frees what is left.
	 */
	void end() {
		SessionMemory first;
		this.lock.lock();
		try {
			this.ended = true;
			first = this.adopted;
		}
		finally {
			this.lock.unlock();
		}
		try {
			endAll(first);
		}
		finally {
			this.heap.close();
			if (this.uncounted.compareAndSet(false, true)) {
				this.instances.decrementAndGet();
			}
		}
	}

	private static void endAll(@Nullable SessionMemory first) {
		if (first != null) {
			try {
				first.end();
			}
			finally {
				endAll(first.nextAdopted);
			}
		}
	}

}
