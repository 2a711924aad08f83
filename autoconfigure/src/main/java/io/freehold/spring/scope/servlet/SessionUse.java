package io.freehold.spring.scope.servlet;

import io.freehold.Allocator;
import io.freehold.spring.scope.MissingScopeException;

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

	/** Counts this request. Written under this object's monitor. */
	private volatile @Nullable SessionMemory memory;

	/** The session that the memory is of. Guarded by this object's monitor. */
	private @Nullable HttpSession session;

	/** Written under this object's monitor. */
	private volatile boolean complete;

	private SessionUse(SessionMemories memories, HttpServletRequest request) {
		this.memories = memories;
		this.request = request;
	}

	/** A request begins, which may belong to a session that has memory. */
	static SessionUse begin(SessionMemories memories, HttpServletRequest request) {
		SessionUse use = new SessionUse(memories, request);
		String requestedId = request.getRequestedSessionId();
		SessionMemory memory = (requestedId != null) ? memories.find(requestedId) : null;
		if (memory != null) {
			use.begin(memory);
		}
		return use;
	}

	private synchronized void begin(SessionMemory memory) {
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

	/**
	 * Returns the memory of the session, which begins if there is none; null if the
	 * request is complete.
	 * @param name the name of the allocator, for messages
	 */
	@Nullable Allocator allocator(String name) {
		SessionMemory memory = this.memory;
		if (memory == null || memory.hasEnded() || this.complete) {
			memory = attach(name);
		}
		return (memory != null) ? memory.heap() : null;
	}

	private synchronized @Nullable SessionMemory attach(String name) {
		if (this.complete) {
			return null;
		}
		SessionMemory present = this.memory;
		if (present != null) {
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
		this.memory = null;
		this.session = null;
		memory.release();
	}

	@Override
	synchronized void dispatchEnds(boolean goesOn) {
		SessionMemory memory = this.memory;
		HttpSession session = this.session;
		if (memory != null && session != null) {
			this.memories.check(memory, session);
		}
	}

	@Override
	synchronized void complete() {
		SessionMemory memory = this.memory;
		this.complete = true;
		if (memory != null) {
			try {
				dispatchEnds(false);
			}
			finally {
				detach(memory);
			}
		}
	}

	@Override
	boolean isComplete() {
		return this.complete;
	}

}
