package io.freehold.spring.scope.servlet;

import java.util.ArrayList;
import java.util.List;

import io.freehold.managed.Heap;

/**
 * The memory of one session, and who is using it.
 */
final class SessionMemory {

	private final Heap heap;

	/** The id of the session. Written under this object's monitor. */
	private volatile String id;

	/** Whether the session has ended. Written under this object's monitor. */
	private volatile boolean ended;

	/**
	 * Memory of the same session that was begun under its new id before this one was
	 * known by it, and that ends with this one. Guarded by this object's monitor.
	 */
	private List<SessionMemory> adopted = List.of();

	/** Whether another memory has adopted this one. Only ever becomes true. */
	private volatile boolean follows;

	/** Requests that belong to the session. Guarded by this object's monitor. */
	private int requests;

	/** When the last of them was complete. Guarded by this object's monitor. */
	private long idleSince;

	/**
	 * How long the session may be idle, 0 if for ever. Guarded by this object's monitor.
	 */
	private long idleTimeout;

	SessionMemory(String id, Heap heap) {
		this.id = id;
		this.heap = heap;
	}

	Heap heap() {
		return this.heap;
	}

	String id() {
		return this.id;
	}

	synchronized void id(String id) {
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
	synchronized boolean retain(long idleTimeout) {
		if (this.ended) {
			return false;
		}
		this.requests++;
		this.idleTimeout = idleTimeout;
		return true;
	}

	synchronized void idleTimeout(long idleTimeout) {
		this.idleTimeout = idleTimeout;
	}

	/** A request that counted is complete. */
	synchronized void release() {
		this.requests--;
		this.idleSince = System.nanoTime();
	}

	/**
	 * Ends the session if it is idle for too long; the memory is for the caller to free.
	 */
	synchronized boolean endsIdle(long now) {
		return this.idleTimeout != 0 && now - this.idleSince > this.idleTimeout && endsUnused();
	}

	/** Ends the session if no request counts; the memory is for the caller to free. */
	synchronized boolean endsUnused() {
		boolean unused = !this.ended && isUnused();
		this.ended |= unused;
		return unused;
	}

	private synchronized boolean isUnused() {
		return this.requests == 0 && this.adopted.stream().allMatch(SessionMemory::isUnused);
	}

	/** Whether this memory ends with another one, which is called what the session is. */
	boolean follows() {
		return this.follows;
	}

	/** Has another memory end with this one. */
	synchronized void adopt(SessionMemory other) {
		other.follows = true;
		List<SessionMemory> more = new ArrayList<>(this.adopted);
		more.add(other);
		this.adopted = more;
	}

	/**
	 * Ends the session and frees its memory. The second time it does nothing.
	 */
	void end() {
		List<SessionMemory> others;
		synchronized (this) {
			this.ended = true;
			others = this.adopted;
			this.adopted = List.of();
		}
		try {
			others.forEach(SessionMemory::end);
		}
		finally {
			this.heap.close();
		}
	}

}
