package io.freehold.spring.scope.servlet;

import io.freehold.Allocator;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;

import jakarta.servlet.ServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one web request: nothing until it is first asked for, then a region.
 *
 * <p>
 * A request that is known to stay on its thread gets a confined region, which is cheap to
 * close; any other a shared one, so that whichever thread carries the request on can use
 * the memory. Should a request that was taken for the former go on elsewhere, its
 * confined memory, which no other thread could use, ends with the dispatch, and what is
 * asked for later is shared.
 */
final class RequestMemory extends RequestBound {

	private final ManagedAllocator allocator;

	private final ServletRequest request;

	private final RequestHandling handling;

	/** Whether the request has been continued elsewhere. */
	private volatile boolean asynchronous;

	/** The innermost dispatch. Used by the thread that dispatches the request alone. */
	private Dispatch dispatch;

	/** Used by the thread that dispatches the request alone, which opened it. */
	private @Nullable Region confined;

	/** Guarded by this object's monitor. */
	private @Nullable Region shared;

	/** Written under this object's monitor. */
	private volatile boolean complete;

	RequestMemory(ManagedAllocator allocator, ServletRequest request, RequestHandling handling) {
		this.allocator = allocator;
		this.request = request;
		this.handling = handling;
		this.dispatch = new Dispatch(handling.handler(request), null);
	}

	/**
	 * Returns the region for the thread that dispatches the request, or null if the
	 * request is complete.
	 */
	@Nullable Allocator ofDispatch() {
		Region confined = this.confined;
		if (confined != null && this.dispatch.stays) {
			return confined;
		}
		if (this.asynchronous || !staysOnThread()) {
			return shared();
		}
		this.dispatch.stays = true;
		if (confined == null) {
			confined = this.allocator.openRegion();
			this.confined = confined;
		}
		return confined;
	}

	private boolean staysOnThread() {
		if (!this.request.isAsyncSupported()) {
			return true;
		}
		Object handler = this.handling.handler(this.request);
		// until there is another it may be that of an earlier dispatch
		return handler != null && handler != this.dispatch.earlierHandler && this.handling.isSynchronous(handler);
	}

	/**
	 * Returns the region for any thread that works for the request, or null if the
	 * request is complete.
	 */
	synchronized @Nullable Allocator shared() {
		if (this.shared == null && !this.complete) {
			this.shared = this.allocator.openSharedRegion();
		}
		return this.shared;
	}

	@Override
	void nestedDispatchBegins() {
		this.dispatch = new Dispatch(this.handling.handler(this.request), this.dispatch);
	}

	@Override
	void nestedDispatchEnds() {
		if (this.dispatch.outer != null) {
			this.dispatch = this.dispatch.outer;
		}
	}

	@Override
	void dispatchEnds(boolean goesOn) {
		this.asynchronous |= goesOn;
		Region region = this.confined;
		if (region != null) {
			this.confined = null;
			region.close();
		}
	}

	@Override
	synchronized void complete() {
		this.complete = true;
		Region region = this.shared;
		if (region != null) {
			this.shared = null;
			region.close();
		}
	}

	@Override
	boolean isComplete() {
		return this.complete;
	}

	/** A dispatch, which a handler is found for in its course. */
	private static final class Dispatch {

		/** The handler that the request had before. */
		final @Nullable Object earlierHandler;

		final @Nullable Dispatch outer;

		/** Whether the request is known to stay on this thread. */
		boolean stays;

		Dispatch(@Nullable Object earlierHandler, @Nullable Dispatch outer) {
			this.earlierHandler = earlierHandler;
			this.outer = outer;
		}

	}

}
