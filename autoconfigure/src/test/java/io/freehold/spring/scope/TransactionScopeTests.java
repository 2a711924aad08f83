package io.freehold.spring.scope;

import java.util.List;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;

import org.junit.jupiter.api.Test;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Transaction managers and listeners that fail at the wrong moment.
 */
class TransactionScopeTests {

	private static final Layout LAYOUT = Layout.ofBytes(16);

	private final ManagedAllocator root = ManagedAllocator.root(Backends.get("system"), (spec) -> {
	});

	private final TransactionScope scope = new TransactionScope();

	private final Allocator allocator = this.scope.allocator("transactionAllocator", this.root);

	private static class Manager extends AbstractPlatformTransactionManager {

		@Override
		protected Object doGetTransaction() {
			return new Object();
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

	}

	private TransactionTemplate template(TransactionExecutionListener... listeners) {
		return template(new Manager(), listeners);
	}

	private TransactionTemplate template(Manager manager, TransactionExecutionListener... listeners) {
		manager.setTransactionExecutionListeners(List.of(listeners));
		new TransactionScopePostProcessor(this.scope).postProcessAfterInitialization(manager, "manager");
		return new TransactionTemplate(manager);
	}

	@Test
	void whenAnotherListenerThrowsBeforeRollbackShouldFree() {
		TransactionTemplate template = template(new TransactionExecutionListener() {
			@Override
			public void beforeRollback(TransactionExecution transaction) {
				throw new IllegalStateException("on purpose");
			}
		});
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> template.executeWithoutResult((status) -> {
				this.allocator.allocate(LAYOUT);
				status.setRollbackOnly();
			}));
		assertThat(this.root.stats().openRegions()).isZero();
	}

	@Test
	void whenAnotherListenerThrowsTransactionExceptionBeforeCommitShouldFree() {
		TransactionTemplate template = template(new TransactionExecutionListener() {
			@Override
			public void beforeCommit(TransactionExecution transaction) {
				throw new TransactionSystemException("on purpose");
			}
		});
		assertThatExceptionOfType(TransactionSystemException.class)
			.isThrownBy(() -> template.executeWithoutResult((status) -> this.allocator.allocate(LAYOUT)));
		assertThat(this.root.stats().openRegions()).isZero();
	}

	@Test
	void whenTransactionWithoutMemoryFailsBeforeCommitShouldLeaveNothingOnItsThread() {
		failBeforeCommit(template());
		assertThat(this.scope.depth()).isZero();
	}

	@Test
	void whenNothingTellsOfTheEndShouldLeaveOneLifetimeUntilTheNextAtMost() {
		Manager manager = new Manager();
		manager.setTransactionSynchronization(AbstractPlatformTransactionManager.SYNCHRONIZATION_NEVER);
		TransactionTemplate template = template(manager, new TransactionExecutionListener() {
			@Override
			public void beforeCommit(TransactionExecution transaction) {
				throw new TransactionSystemException("on purpose");
			}
		});
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(TransactionSystemException.class)
				.isThrownBy(() -> template.executeWithoutResult((status) -> {
				}));
		}
		assertThat(this.scope.depth()).isOne();
		template().executeWithoutResult((status) -> assertThat(this.scope.depth()).isOne());
		assertThat(this.scope.depth()).isZero();
	}

	private static void failBeforeCommit(TransactionTemplate template) {
		assertThatExceptionOfType(TransactionSystemException.class).isThrownBy(() -> template.executeWithoutResult(
				(status) -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
					@Override
					public void beforeCommit(boolean readOnly) {
						throw new TransactionSystemException("on purpose");
					}
				})));
	}

}
