package io.freehold.spring.scope;

import io.freehold.Allocator;
import io.freehold.managed.ManagedAllocator;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The scope of a transaction: it begins and ends with a new transaction of a
 * {@code PlatformTransactionManager} that tells this listener. It ends after commit or
 * rollback, when all synchronizations have run. Memory belongs to the thread of the
 * transaction alone.
 */
public final class TransactionScope implements TransactionExecutionListener {

	/*
	 * A transaction manager tells its listeners of the end of a transaction after the
	 * synchronizations have run. There are exceptions: a TransactionException before the
	 * manager has begun to commit or roll back is told to no listener, and a listener
	 * that throws keeps those after it from being told. So this listener comes first and
	 * a second one last, see TransactionScopePostProcessor. If the second one is told
	 * that commit or rollback begins, the first one will be told of the end.
	 *
	 * If not, the status that synchronizations are given decides. The listeners that are
	 * told nothing belong to transactions of unknown outcome. Anything else that is
	 * thrown before the commit ends in a rollback, which is told. So with an unknown
	 * outcome a synchronization ends the lifetime. It is registered when the first of
	 * all, which is registered when the transaction begins, hears that the end is near,
	 * and so comes after those that are there by then. Those that are registered still
	 * later, by other synchronizations, find the memory freed, in this case only. If the
	 * manager fails before it calls any synchronization, the first one ends the lifetime.
	 * Where synchronization is switched off, a lifetime that nobody has ended is dropped
	 * when the stack is next looked at.
	 *
	 * A nested transaction is no lifetime of its own, be it a savepoint or, as with JTA,
	 * one that begins anew: its synchronizations are those of the outer one.
	 *
	 * What is suspended needs no care: the lifetime of the inner transaction lies above
	 * that of the outer until it ends. Without an inner one, there is no actual
	 * transaction.
	 */

	private final RegionStack stack = new RegionStack();

	private final TransactionExecutionListener last = new Last();

	/**
	 * Creates a scope that no transaction has told of.
	 */
	public TransactionScope() {
	}

	@Override
	public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
		if (failure == null && transaction.isNewTransaction() && !transaction.isNested()) {
			dropCompleted();
			Frame frame = new Frame(this.stack, transaction);
			if (TransactionSynchronizationManager.isSynchronizationActive()) {
				TransactionSynchronizationManager.registerSynchronization(frame);
			}
			this.stack.push(frame);
		}
	}

	@Override
	public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
		end(transaction);
	}

	@Override
	public void afterRollback(TransactionExecution transaction, @Nullable Throwable failure) {
		end(transaction);
	}

	private void end(TransactionExecution transaction) {
		Frame frame = find(transaction);
		if (frame != null) {
			frame.end();
		}
	}

	/** Returns the lifetime of a new transaction, wherever it is on the stack. */
	private @Nullable Frame find(TransactionExecution transaction) {
		RegionStack.Frame frame = this.stack.top();
		while (frame != null && ((Frame) frame).transaction != transaction) {
			frame = frame.outer;
		}
		return (Frame) frame;
	}

	private RegionStack.@Nullable Frame innermost() {
		dropCompleted();
		return TransactionSynchronizationManager.isActualTransactionActive() ? this.stack.top() : null;
	}

	/** Ends the innermost lifetimes whose transactions are over although nobody told. */
	private void dropCompleted() {
		for (RegionStack.Frame frame = this.stack.top(); frame != null
				&& ((Frame) frame).transaction.isCompleted(); frame = this.stack.top()) {
			frame.end();
		}
	}

	/** Returns how many lifetimes the calling thread is in. */
	int depth() {
		int depth = 0;
		for (RegionStack.Frame frame = this.stack.top(); frame != null; frame = frame.outer) {
			depth++;
		}
		return depth;
	}

	/**
	 * Returns the listener that has to come after all others of a transaction manager.
	 */
	TransactionExecutionListener last() {
		return this.last;
	}

	/**
	 * Returns an allocator that stands for those of all transactions.
	 * @param name the name of its bean, for messages
	 * @param allocator where transactions open their regions
	 * @return the allocator
	 */
	public Allocator allocator(String name, ManagedAllocator allocator) {
		return new StackAllocator(name, allocator, this::innermost,
				() -> new MissingScopeException(name, "transaction",
						"use it in a method that is @Transactional, or in a TransactionTemplate,"
								+ " on the thread that began the transaction"));
	}

	/**
	 * Told that a transaction begins to end, unless another listener has thrown.
	 */
	private final class Last implements TransactionExecutionListener {

		@Override
		public void beforeCommit(TransactionExecution transaction) {
			ends(transaction);
		}

		@Override
		public void beforeRollback(TransactionExecution transaction) {
			ends(transaction);
		}

		private void ends(TransactionExecution transaction) {
			Frame frame = find(transaction);
			if (frame != null) {
				frame.endIsTold = true;
			}
		}

	}

	/**
	 * The lifetime of one transaction.
	 */
	private static final class Frame extends RegionStack.Frame implements TransactionSynchronization {

		final TransactionExecution transaction;

		/** Whether the end of the transaction will be told to the listener. */
		boolean endIsTold;

		/** Whether there is a synchronization that comes last. */
		private boolean lastIsRegistered;

		Frame(RegionStack stack, TransactionExecution transaction) {
			super(stack);
			this.transaction = transaction;
		}

		/** Before all others, one of which may throw. */
		@Override
		public int getOrder() {
			return HIGHEST_PRECEDENCE;
		}

		@Override
		public void beforeCommit(boolean readOnly) {
			registerLast();
		}

		@Override
		public void beforeCompletion() {
			registerLast();
		}

		private void registerLast() {
			if (!this.lastIsRegistered) {
				TransactionSynchronizationManager.registerSynchronization(new LastSynchronization(this));
				this.lastIsRegistered = true;
			}
		}

		@Override
		public void afterCompletion(int status) {
			if (!this.lastIsRegistered) {
				completed(status);
			}
		}

		void completed(int status) {
			if (!this.endIsTold && status == STATUS_UNKNOWN) {
				end();
			}
		}

	}

	/**
	 * Ends a lifetime of whose end the listener will not be told.
	 */
	private static final class LastSynchronization implements TransactionSynchronization {

		private final Frame frame;

		LastSynchronization(Frame frame) {
			this.frame = frame;
		}

		@Override
		public void afterCompletion(int status) {
			this.frame.completed(status);
		}

	}

}
