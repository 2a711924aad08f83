package io.freehold.spring.scope;

import io.freehold.Allocator;
import io.freehold.managed.ManagedAllocator;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * The scope of a method's call: an interceptor around it opens the scope and closes it.
 * Memory belongs to the calling thread alone.
 */
public final class MethodScope implements MethodInterceptor {

	private final RegionStack stack = new RegionStack();

	/**
	 * Creates a scope that no method is in.
	 */
	public MethodScope() {
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		RegionStack.Frame frame = this.stack.push();
		try {
			return invocation.proceed();
		}
		finally {
			frame.end();
		}
	}

	/**
	 * Returns an allocator that stands for those of all calls.
	 * @param name the name of its bean, for messages
	 * @param allocator where calls open their regions
	 * @return the allocator
	 */
	public Allocator allocator(String name, ManagedAllocator allocator) {
		return new StackAllocator(name, allocator, this.stack::top,
				() -> new MissingScopeException(name, "method",
						"use it in, or in what is called by, a bean's method that is annotated with @AllocatorScope"
								+ " and is called from outside of that bean"));
	}

}
