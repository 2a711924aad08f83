package io.freehold.spring.scope;

import java.lang.foreign.MemorySegment;

import io.freehold.Allocator;
import io.freehold.Layout;

/**
 * An allocator bean that stands for many allocators, of which each call goes to the one
 * of the scope the calling thread is in. A plain class instead of a scoped proxy: a call
 * costs a look-up and no reflection.
 */
public abstract class ScopedAllocator implements Allocator {

	private final String name;

	/**
	 * Creates an allocator.
	 * @param name the name of the bean, for messages
	 */
	protected ScopedAllocator(String name) {
		this.name = name;
	}

	/**
	 * Returns the allocator of the current scope, opening it if need be.
	 * @return the allocator
	 * @throws MissingScopeException if the calling thread is not in such a scope
	 */
	protected abstract Allocator target();

	/**
	 * Returns the allocator of the current scope that a block is of. That is
	 * {@link #target()} unless the scope has several.
	 * @param block a block, of whatever allocator
	 * @return the allocator
	 * @throws MissingScopeException if the calling thread is not in such a scope
	 */
	protected Allocator target(MemorySegment block) {
		return target();
	}

	@Override
	public MemorySegment allocate(Layout layout) {
		return target().allocate(layout);
	}

	@Override
	public void deallocate(MemorySegment block, Layout layout) {
		target(block).deallocate(block, layout);
	}

	@Override
	public MemorySegment allocateZeroed(Layout layout) {
		return target().allocateZeroed(layout);
	}

	@Override
	public MemorySegment grow(MemorySegment block, Layout oldLayout, Layout newLayout) {
		return target(block).grow(block, oldLayout, newLayout);
	}

	@Override
	public MemorySegment growZeroed(MemorySegment block, Layout oldLayout, Layout newLayout) {
		return target(block).growZeroed(block, oldLayout, newLayout);
	}

	@Override
	public MemorySegment shrink(MemorySegment block, Layout oldLayout, Layout newLayout) {
		return target(block).shrink(block, oldLayout, newLayout);
	}

	/**
	 * Returns the name of the bean.
	 */
	@Override
	public String toString() {
		return this.name;
	}

}
