package io.freehold.spring.scope;

import io.freehold.Allocator;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;

import org.jspecify.annotations.Nullable;

/**
 * The lifetimes that the calling thread is in, the innermost on top. Every thread has a
 * stack of its own, which is gone when it is in no lifetime.
 */
final class RegionStack {

	/** One for each application context. */
	@SuppressWarnings("ThreadLocalUsage")
	private final ThreadLocal<@Nullable Frame> top = new ThreadLocal<>();

	/** Returns the innermost lifetime of the calling thread, or null. */
	@Nullable Frame top() {
		return this.top.get();
	}

	/** Begins a lifetime. */
	Frame push() {
		return push(new Frame(this));
	}

	<F extends Frame> F push(F frame) {
		frame.outer = top();
		this.top.set(frame);
		return frame;
	}

	private void remove(Frame ended) {
		Frame top = top();
		if (top == ended) {
			if (ended.outer != null) {
				this.top.set(ended.outer);
			}
			else {
				this.top.remove();
			}
			return;
		}
		for (Frame frame = top; frame != null; frame = frame.outer) {
			if (frame.outer == ended) {
				frame.outer = ended.outer;
			}
		}
	}

	/**
	 * One lifetime. It belongs to the thread that began it, and has a region of that
	 * thread once it was asked for memory.
	 */
	static class Frame {

		private final RegionStack stack;

		private final Thread owner = Thread.currentThread();

		@Nullable Frame outer;

		private @Nullable Region region;

		private boolean ended;

		Frame(RegionStack stack) {
			this.stack = stack;
		}

		/**
		 * Returns the memory of this lifetime.
		 * @param allocator where to open its region, the same in every call
		 */
		final Allocator region(ManagedAllocator allocator) {
			Region region = this.region;
			if (region == null) {
				region = allocator.openRegion();
				this.region = region;
			}
			return region;
		}

		/**
		 * Ends this lifetime and no other. The second time it does nothing.
		 * @throws WrongThreadException if it belongs to another thread
		 */
		final void end() {
			if (this.ended) {
				return;
			}
			requireOwner();
			if (this.region != null) {
				this.region.close();
			}
			this.ended = true;
			this.stack.remove(this);
		}

		private void requireOwner() {
			if (Thread.currentThread() != this.owner) {
				throw new WrongThreadException("a scope of thread '" + this.owner.getName()
						+ "' cannot be closed by thread '" + Thread.currentThread().getName() + "'");
			}
		}

		/** Ends the lifetimes that were begun within this one, then this one. */
		final void endWithThoseWithin() {
			if (!this.ended) {
				requireOwner();
				for (Frame inner = this.stack.top(); inner != this && inner != null; inner = inner.outer) {
					inner.end();
				}
			}
			end();
		}

	}

}
