package io.freehold.spring.scope;

import io.freehold.Allocator;
import io.freehold.managed.ManagedAllocator;

import org.springframework.core.Ordered;
import org.springframework.core.task.TaskDecorator;

/**
 * The scope of a task: it begins when the task begins to run, and ends when it has run,
 * whether it returned or threw, and whatever thread ran it. Memory belongs to that thread
 * alone.
 *
 * <p>
 * As a {@link TaskDecorator} it gives every task of an executor such a scope. Spring Boot
 * gives it to the executors and schedulers that it sets up, after the decorators of the
 * application, so that these are in the scope too. To an executor of your own, give it
 * yourself: {@code executor.setTaskDecorator(threadScope)}, or, beside another decorator,
 * {@code new CompositeTaskDecorator(List.of(other, threadScope))}.
 *
 * <p>
 * On threads of your own, open the scope yourself:
 *
 * <pre>{@code
 * try (ThreadScope.Handle scope = threadScope.open()) {
 *     ...
 * }
 * }</pre>
 *
 * Scopes nest: an inner one has memory of its own.
 */
public final class ThreadScope implements TaskDecorator, Ordered {

	private final RegionStack stack = new RegionStack();

	/**
	 * Creates a scope that no thread is in.
	 */
	public ThreadScope() {
	}

	/**
	 * Opens a scope for the calling thread, which has to close it.
	 * @return the scope
	 */
	public Handle open() {
		return new Handle(this.stack.push());
	}

	@Override
	public Runnable decorate(Runnable task) {
		return () -> {
			try (Handle _ = open()) {
				task.run();
			}
		};
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

	/**
	 * Returns an allocator that stands for those of all threads in this scope.
	 * @param name the name of its bean, for messages
	 * @param allocator where threads open their regions
	 * @return the allocator
	 */
	public Allocator allocator(String name, ManagedAllocator allocator) {
		return new StackAllocator(name, allocator, this.stack::top, () -> new MissingScopeException(name, "thread",
				"use it in a task of an executor or scheduler that Spring Boot sets up, with its task decorators;"
						+ " give it to your own by executor.setTaskDecorator(threadScope);"
						+ " or open a scope by threadScope.open(), with the bean of type ThreadScope"));
	}

	/**
	 * An open scope.
	 */
	public static final class Handle implements AutoCloseable {

		private final RegionStack.Frame frame;

		private Handle(RegionStack.Frame frame) {
			this.frame = frame;
		}

		/**
		 * Ends the scope, and those that were opened within it and not closed, and frees
		 * all their memory. A second close does nothing.
		 * @throws WrongThreadException if another thread opened the scope
		 */
		@Override
		public void close() {
			this.frame.endWithThoseWithin();
		}

	}

}
