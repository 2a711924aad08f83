package io.freehold.spring.scope.servlet;

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

	/** A request that counted is complete. */
	synchronized void release() {
		this.requests--;
		this.idleSince = System.nanoTime();
	}

	/**
	 * Ends the session if it is idle for too long; the memory is for the caller to free.
	 */
	synchronized boolean endsIdle(long now) {
		boolean idle = !this.ended && this.requests == 0 && this.idleTimeout != 0
				&& now - this.idleSince > this.idleTimeout;
		this.ended |= idle;
		return idle;
	}

	/**
	 * Ends the session and frees its memory. The second time it does nothing.
	 */
	void end() {
		synchronized (this) {
			this.ended = true;
		}
		this.heap.close();
	}

}
