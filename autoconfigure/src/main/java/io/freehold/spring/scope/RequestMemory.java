package io.freehold.spring.scope;

import java.util.function.Predicate;

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
 *
 * <p>
 * Fields are guarded by this object's monitor.
 */
final class RequestMemory {

	/** The request attribute that holds the memory of a request. */
	static final String ATTRIBUTE = RequestMemory.class.getName();

	private final ManagedAllocator allocator;

	private final ServletRequest request;

	private final Predicate<ServletRequest> staysOnThread;

	private @Nullable Region confined;

	private @Nullable Region shared;

	private boolean asynchronous;

	private boolean closed;

	RequestMemory(ManagedAllocator allocator, ServletRequest request, Predicate<ServletRequest> staysOnThread) {
		this.allocator = allocator;
		this.request = request;
		this.staysOnThread = staysOnThread;
	}

	/**
	 * Returns the region for the calling thread, or null if the request is complete.
	 * @param dispatching whether the calling thread dispatches the request, and not one
	 * it was handed on to, which could not close what belongs to it when the request ends
	 */
	synchronized @Nullable Allocator allocator(boolean dispatching) {
		if (this.closed) {
			return null;
		}
		if (dispatching && this.confined != null) {
			return this.confined;
		}
		if (this.shared == null) {
			if (dispatching && !this.asynchronous && this.staysOnThread.test(this.request)) {
				this.confined = this.allocator.openRegion();
				return this.confined;
			}
			this.shared = this.allocator.openSharedRegion();
		}
		return this.shared;
	}

	/**
	 * The dispatch is over but the request goes on, on whatever thread. Called by the
	 * thread of the dispatch.
	 */
	synchronized void continueElsewhere() {
		this.asynchronous = true;
		closeConfined();
	}

	/** Frees everything. The second time it does nothing. */
	synchronized void close() {
		this.closed = true;
		closeConfined();
		Region region = this.shared;
		if (region != null) {
			this.shared = null;
			region.close();
		}
	}

	private void closeConfined() {
		Region region = this.confined;
		if (region != null) {
			this.confined = null;
			region.close();
		}
	}

	synchronized boolean isClosed() {
		return this.closed;
	}

}
