package io.freehold.spring.scope.servlet;

import io.freehold.Allocator;
import io.freehold.spring.scope.MissingScopeException;
import io.freehold.spring.sync.StackSafeLock;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;

/**
 * What one web request has to do with the memory of its session: as long as it lasts the
 * session is not idle.
 */
final class SessionUse extends RequestBound {

	private final SessionMemories memories;

	private final HttpServletRequest request;

	private final StackSafeLock lock = new StackSafeLock();

	/** Counts this request. Written under the lock. */
	private volatile @Nullable SessionMemory memory;

	/** The session that the memory is of. Written under the lock. */
	private volatile @Nullable HttpSession session;

	/** Written under the lock. */
	private volatile boolean complete;

	private SessionUse(SessionMemories memories, HttpServletRequest request) {
		this.memories = memories;
		this.request = request;
	}

	/** A request begins, which may belong to a session that has memory. */
	static SessionUse begin(SessionMemories memories, HttpServletRequest request) {
		SessionUse use = new SessionUse(memories, request);
		// Spring Session asks its store for the session when it is asked for the id
		String requestedId = memories.isEmpty() ? null : request.getRequestedSessionId();
		SessionMemory memory = (requestedId != null) ? memories.find(requestedId) : null;
		if (memory != null) {
			use.begin(memory);
		}
		return use;
	}

	private void begin(SessionMemory memory) {
		this.lock.lock();
		try {
			HttpSession session = this.request.getSession(false);
			if (session == null) {
				// expired, and nobody has told
				this.memories.endUnused(memory);
			}
			else if (session.getId().equals(memory.id()) && this.memories.retain(memory, session)) {
				this.memory = memory;
				this.session = session;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Returns the memory of the session, which begins if there is none; null if the
	 * request is complete.
	 * @param name the name of the allocator, for messages
	 */
	@Nullable Allocator allocator(String name) {
		SessionMemory memory = this.memory;
		if (memory == null || memory.hasEnded() || this.complete || isOver(this.session)) {
			memory = attach(name);
		}
		return (memory != null) ? memory.heap() : null;
	}

	private @Nullable SessionMemory attach(String name) {
		this.lock.lock();
		try {
			if (this.complete) {
				return null;
			}
			SessionMemory present = this.memory;
			if (present != null) {
				if (isOver(this.session)) {
					// nobody has told
					this.memories.end(present);
				}
				if (!present.hasEnded()) {
					return present;
				}
				detach(present);
			}
			HttpSession session = session(name);
			SessionMemory memory = this.memories.retain(session);
			this.session = session;
			this.memory = memory;
			return memory;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Whether this request, or the container, has invalidated the session. */
	private static boolean isOver(@Nullable HttpSession session) {
		if (session == null) {
			return false;
		}
		try {
			session.getCreationTime();
			return false;
		}
		catch (IllegalStateException ex) {
			// as the interface demands of sessions that are no longer valid
			return true;
		}
	}

	private HttpSession session(String name) {
		try {
			return this.request.getSession();
		}
		catch (IllegalStateException ex) {
			MissingScopeException missing = new MissingScopeException(name, "session",
					"use it before the response is committed, for no session can begin after that");
			missing.initCause(ex);
			throw missing;
		}
	}

	private void detach(SessionMemory memory) {
		memory.release();
		this.memory = null;
		this.session = null;
	}

	@Override
	void dispatchEnds(boolean goesOn) {
		this.lock.lock();
		try {
			check();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void check() {
		SessionMemory memory = this.memory;
		HttpSession session = this.session;
		if (memory != null && session != null) {
			this.memories.check(memory, session);
		}
	}

	@Override
	void complete() {
		this.lock.lock();
		try {
			this.complete = true;
			SessionMemory memory = this.memory;
			if (memory != null) {
				try {
					check();
				}
				finally {
					detach(memory);
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	boolean isComplete() {
		return this.complete;
	}

}
