package io.freehold.spring.scope.servlet;

import java.lang.foreign.MemorySegment;

import io.freehold.Allocator;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;
import io.freehold.spring.sync.StackSafeLock;

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

	/** No thread that could use confined memory. */
	private static final Thread ANOTHER = another();

	private final ManagedAllocator allocator;

	private final ServletRequest request;

	private final RequestHandling handling;

	private final StackSafeLock lock = new StackSafeLock();

	/** Whether the request has been continued elsewhere. */
	private volatile boolean asynchronous;

	/** The innermost dispatch. Used by the thread that dispatches the request alone. */
	private Dispatch dispatch;

	/** Used by the thread that dispatches the request alone, which opened it. */
	private @Nullable Region confined;

	/** Written under the lock. */
	private volatile @Nullable Region shared;

	/** Written under the lock. */
	private volatile boolean complete;

	RequestMemory(ManagedAllocator allocator, ServletRequest request, RequestHandling handling) {
		this.allocator = allocator;
		this.request = request;
		this.handling = handling;
		this.dispatch = new Dispatch(handling.handler(request), null);
	}

	/** It stays for ever, so it takes nothing over from a thread of an application. */
	private static Thread another() {
		Thread thread = Thread.ofPlatform().inheritInheritableThreadLocals(false).unstarted(() -> {
		});
		thread.setContextClassLoader(null);
		return thread;
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
		// who has shared memory stays with it, for blocks may be given back to it
		if ((confined == null && this.shared != null) || this.asynchronous || !staysOnThread()) {
			return shared();
		}
		this.dispatch.stays = true;
		if (confined == null) {
			confined = this.allocator.openRegion();
			this.confined = confined;
		}
		return confined;
	}

	/** Returns that region for the same thread that a block is of. */
	@Nullable Allocator ofDispatch(MemorySegment block) {
		Region confined = this.confined;
		if (confined == null || this.shared == null) {
			return (confined != null) ? confined : ofDispatch();
		}
		return block.isAccessibleBy(ANOTHER) ? shared() : confined;
	}

	private boolean staysOnThread() {
		if (!this.request.isAsyncSupported()) {
			return true;
		}
		Object handler = handler();
		return handler != null && this.handling.isSynchronous(handler);
	}

	/** Returns what handles the innermost dispatch, or null if it is not known yet. */
	private @Nullable Object handler() {
		if (this.dispatch.handler == null) {
			Object handler = this.handling.handler(this.request);
			// until there is another it may be that of an earlier dispatch
			this.dispatch.handler = (handler != this.dispatch.earlierHandler) ? handler : null;
		}
		return this.dispatch.handler;
	}

	/**
	 * Returns the region for any thread that works for the request, or null if the
	 * request is complete.
	 */
	@Nullable Allocator shared() {
		this.lock.lock();
		try {
			if (this.shared == null && !this.complete) {
				this.shared = this.allocator.openSharedRegion();
			}
			return this.shared;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	void nestedDispatchBegins() {
		// before the attribute that names it names another
		handler();
		this.dispatch = new Dispatch(this.handling.handler(this.request), this.dispatch);
	}

	@Override
	void nestedDispatchEnds() {
		if (this.dispatch.outer != null) {
			this.dispatch = this.dispatch.outer;
			this.dispatch.earlierHandler = this.handling.handler(this.request);
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
	void complete() {
		this.lock.lock();
		try {
			this.complete = true;
			Region region = this.shared;
			if (region != null) {
				this.shared = null;
				region.close();
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

	/** A dispatch, which a handler is found for in its course. */
	private static final class Dispatch {

		/**
		 * A handler of another dispatch, which may still be named as that of this one.
		 */
		@Nullable Object earlierHandler;

		/** The handler, once it is known. */
		@Nullable Object handler;

		final @Nullable Dispatch outer;

		/** Whether the request is known to stay on this thread. */
		boolean stays;

		Dispatch(@Nullable Object earlierHandler, @Nullable Dispatch outer) {
			this.earlierHandler = earlierHandler;
			this.outer = outer;
		}

	}

}
