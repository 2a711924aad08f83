package io.freehold.spring.scope.servlet;

import io.freehold.Allocator;
import io.freehold.spring.scope.MissingScopeException;
import io.freehold.spring.scope.ScopedAllocator;

import org.jspecify.annotations.Nullable;

/**
 * The allocator of the session that the calling thread's request belongs to.
 */
final class SessionScopedAllocator extends ScopedAllocator {

	private final SessionMemoryFilter requests;

	SessionScopedAllocator(String name, SessionMemoryFilter requests) {
		super(name);
		this.requests = requests;
	}

	@Override
	protected Allocator target() {
		SessionUse use = this.requests.dispatched();
		if (use == null) {
			use = this.requests.handedOn();
		}
		@Nullable Allocator allocator = (use != null) ? use.allocator(toString()) : null;
		if (allocator == null) {
			throw new MissingScopeException(toString(), "session",
					"use it while a web request is handled, on a thread that Spring handles it on,"
							+ " or use another allocator");
		}
		return allocator;
	}

}
