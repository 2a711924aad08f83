package io.freehold.spring.scope;

import io.freehold.Allocator;

import org.jspecify.annotations.Nullable;

import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * The allocator of the current web request. Works on the thread that dispatches the
 * request, and on those to which Spring hands it on, such as for a {@code Callable} or a
 * streaming response. Which threads may use its blocks is told by
 * {@link io.freehold.spring.RequestAllocator}.
 */
public final class RequestScopedAllocator extends ScopedAllocator {

	private final String name;

	/**
	 * Creates an allocator.
	 * @param name the name of the bean, for messages
	 */
	public RequestScopedAllocator(String name) {
		this.name = name;
	}

	@Override
	protected Allocator target() {
		RequestMemory memory = RequestMemoryFilter.current();
		boolean dispatching = memory != null;
		if (!dispatching) {
			memory = handedOn();
		}
		Allocator allocator = (memory != null) ? memory.allocator(dispatching) : null;
		if (allocator == null) {
			throw new MissingScopeException(this.name, "request",
					"use it while a web request is handled, on a thread that Spring handles it on,"
							+ " or use another allocator");
		}
		return allocator;
	}

	/**
	 * Returns the memory of the request that Spring has bound to this thread, or null.
	 */
	private static @Nullable RequestMemory handedOn() {
		RequestAttributes attributes = RequestContextHolder.getRequestAttributes();
		if (attributes == null) {
			return null;
		}
		try {
			return (RequestMemory) attributes.getAttribute(RequestMemory.ATTRIBUTE, RequestAttributes.SCOPE_REQUEST);
		}
		catch (IllegalStateException ex) {
			// the dispatch that they belong to is over
			return null;
		}
	}

	@Override
	public String toString() {
		return this.name;
	}

}
