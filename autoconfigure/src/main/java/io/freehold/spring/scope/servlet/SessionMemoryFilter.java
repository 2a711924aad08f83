package io.freehold.spring.scope.servlet;

import io.freehold.Allocator;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Knows which requests belong to sessions that have memory, so that these are not idle
 * meanwhile, and follows sessions that change their ids. The filter must see all
 * dispatcher types, and the request as it is to those who ask it for its session.
 */
public final class SessionMemoryFilter extends RequestBoundFilter<SessionUse> {

	private final SessionMemories memories;

	/**
	 * Creates a filter.
	 * @param memories the memory of all sessions
	 */
	public SessionMemoryFilter(SessionMemories memories) {
		super(SessionUse.class);
		this.memories = memories;
	}

	@Override
	SessionUse begin(HttpServletRequest request) {
		return SessionUse.begin(this.memories, request);
	}

	/**
	 * Returns an allocator that stands for those of all sessions. It works on the thread
	 * that dispatches a request, and on those to which Spring hands it on.
	 * @param name the name of its bean, for messages
	 * @return the allocator
	 */
	public Allocator allocator(String name) {
		return new SessionScopedAllocator(name, this);
	}

}
