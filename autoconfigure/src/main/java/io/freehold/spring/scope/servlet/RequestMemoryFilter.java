package io.freehold.spring.scope.servlet;

import io.freehold.Allocator;
import io.freehold.managed.ManagedAllocator;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Owns the memory of web requests: it begins here, and is freed once, when the request is
 * really complete, asynchronous processing included. An error dispatch that follows a
 * synchronous request is served from memory of its own. The filter must see all
 * dispatcher types.
 */
public final class RequestMemoryFilter extends RequestBoundFilter<RequestMemory> {

	private final ManagedAllocator allocator;

	private final RequestHandling handling;

	/**
	 * Creates a filter.
	 * @param allocator where requests open their regions
	 * @param handling knows which requests stay on their thread
	 */
	public RequestMemoryFilter(ManagedAllocator allocator, RequestHandling handling) {
		super(RequestMemory.class);
		this.allocator = allocator;
		this.handling = handling;
	}

	@Override
	RequestMemory begin(HttpServletRequest request) {
		return new RequestMemory(this.allocator, request, this.handling);
	}

	/**
	 * Returns an allocator that stands for those of all requests. It works on the thread
	 * that dispatches a request, and on those to which Spring hands it on, such as for a
	 * {@code Callable} or a streaming response.
	 * @param name the name of its bean, for messages
	 * @return the allocator
	 */
	public Allocator allocator(String name) {
		return new RequestScopedAllocator(name, this);
	}

}
