package io.freehold.spring.scope.servlet;

import java.lang.foreign.MemorySegment;

import io.freehold.Allocator;
import io.freehold.spring.scope.MissingScopeException;
import io.freehold.spring.scope.ScopedAllocator;

import org.jspecify.annotations.Nullable;

/**
 * The allocator of the request that the calling thread works for.
 */
final class RequestScopedAllocator extends ScopedAllocator {

	private final RequestMemoryFilter requests;

	RequestScopedAllocator(String name, RequestMemoryFilter requests) {
		super(name);
		this.requests = requests;
	}

	@Override
	protected Allocator target() {
		RequestMemory memory = this.requests.dispatched();
		return require((memory != null) ? memory.ofDispatch() : ofHandedOn());
	}

	@Override
	protected Allocator target(MemorySegment block) {
		RequestMemory memory = this.requests.dispatched();
		return require((memory != null) ? memory.ofDispatch(block) : ofHandedOn());
	}

	private Allocator require(@Nullable Allocator allocator) {
		if (allocator == null) {
			throw new MissingScopeException(toString(), "request",
					"use it while a web request is handled, on a thread that Spring handles it on,"
							+ " or use another allocator");
		}
		return allocator;
	}

	private @Nullable Allocator ofHandedOn() {
		RequestMemory memory = this.requests.handedOn();
		return (memory != null) ? memory.shared() : null;
	}

}
