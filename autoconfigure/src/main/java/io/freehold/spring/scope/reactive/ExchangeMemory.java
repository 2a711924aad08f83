package io.freehold.spring.scope.reactive;

import io.freehold.Allocator;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;
import io.freehold.spring.scope.MissingScopeException;
import io.freehold.spring.scope.ScopedAllocator;
import io.freehold.spring.sync.StackSafeLock;

import org.jspecify.annotations.Nullable;

/**
 * The memory of one exchange: nothing until it is first used, then a shared region. Any
 * thread may use it, several at once included, until the exchange is complete.
 */
final class ExchangeMemory extends ScopedAllocator {

	/** The attribute of an exchange that holds its memory. */
	static final String ATTRIBUTE = ExchangeMemory.class.getName();

	/** The name it goes by in messages. */
	static final String NAME = "requestAllocator";

	/** The scope it is of. */
	static final String SCOPE = "request";

	private final ManagedAllocator allocator;

	private final StackSafeLock lock = new StackSafeLock();

	/** Written under the lock; once closed it is null for good. */
	private volatile @Nullable Region region;

	/** Guarded by the lock. */
	private boolean closed;

	ExchangeMemory(ManagedAllocator allocator) {
		super(NAME);
		this.allocator = allocator;
	}

	@Override
	protected Allocator target() {
		Region open = this.region;
		return (open != null) ? open : open();
	}

	private Allocator open() {
		this.lock.lock();
		try {
			if (this.closed) {
				throw new MissingScopeException(NAME, SCOPE,
						"the request that this allocator belongs to is complete, and its memory is freed;"
								+ " take what outlives the request from another allocator");
			}
			Region open = this.region;
			if (open == null) {
				open = this.allocator.openSharedRegion();
				this.region = open;
			}
			return open;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Frees everything. The second time it does nothing. */
	void close() {
		Region open;
		this.lock.lock();
		try {
			this.closed = true;
			open = this.region;
			this.region = null;
		}
		finally {
			this.lock.unlock();
		}
		if (open != null) {
			open.close();
		}
	}

}
