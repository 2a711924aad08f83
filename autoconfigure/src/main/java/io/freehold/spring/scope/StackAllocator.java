package io.freehold.spring.scope;

import java.util.function.Supplier;

import io.freehold.Allocator;
import io.freehold.managed.ManagedAllocator;

import org.jspecify.annotations.Nullable;

/**
 * The allocator of the innermost lifetime that the calling thread is in.
 */
final class StackAllocator extends ScopedAllocator {

	private final ManagedAllocator allocator;

	private final Supplier<RegionStack.@Nullable Frame> innermost;

	private final Supplier<MissingScopeException> missing;

	/**
	 * Creates an allocator.
	 * @param name the name of the bean, for messages
	 * @param allocator where regions are opened
	 * @param innermost finds the innermost lifetime of the calling thread
	 * @param missing makes the exception if there is none
	 */
	StackAllocator(String name, ManagedAllocator allocator, Supplier<RegionStack.@Nullable Frame> innermost,
			Supplier<MissingScopeException> missing) {
		super(name);
		this.allocator = allocator;
		this.innermost = innermost;
		this.missing = missing;
	}

	@Override
	protected Allocator target() {
		RegionStack.Frame frame = this.innermost.get();
		if (frame == null) {
			throw this.missing.get();
		}
		return frame.region(this.allocator);
	}

}
