package io.freehold.spring.scope;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.SavepointManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.SmartTransactionObject;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random nests of transactions of several managers, with all propagations, in which
 * synchronizations, listeners, managers and the work itself throw. Whatever happens, each
 * synchronization that was registered in a transaction finds the memory of that
 * transaction alive, and in the end nothing is left. One that another synchronization
 * registers while the transaction ends may find it freed if the outcome is unknown.
 */
class TransactionNestsTests {

	private static final Layout LAYOUT = Layout.ofBytes(16);

	private static final int NESTS = 10_000;

	private static final int DEEPEST = 4;

	private final ManagedAllocator root = ManagedAllocator.root(Backends.get("pooled"), (spec) -> {
	});

	private final TransactionScope scope = new TransactionScope();

	private final Allocator allocator = this.scope.allocator("transactionAllocator", this.root);

	private final long seed = Long.getLong("freehold.transactions.seed", System.nanoTime());

	private final Random random = new Random(this.seed);

	private final List<Logger> loggers = List.of((Logger) LoggerFactory.getLogger("org.springframework.transaction"),
			(Logger) LoggerFactory.getLogger(Manager.class));

	private final List<String> faults = new ArrayList<>();

	private int looks;

	private int thrown;

	/** Spring logs what is thrown on completion. */
	@BeforeEach
	void logNothing() {
		this.loggers.forEach((logger) -> logger.setLevel(Level.OFF));
	}

	@AfterEach
	void logAgain() {
		this.loggers.forEach((logger) -> logger.setLevel(null));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void whenAnythingThrowsShouldKeepMemoryUntilAllSynchronizationsHaveRun(int managers) {
		List<Manager> all = new ArrayList<>();
		for (int i = 0; i < managers; i++) {
			Manager manager = new Manager(i != 2);
			manager.setTransactionExecutionListeners(List.of(new Unreliable(), new Unreliable()));
			manager.setRollbackOnCommitFailure(i == 1);
			manager.setNestedTransactionAllowed(true);
			new TransactionScopePostProcessor(this.scope).postProcessAfterInitialization(manager, "manager");
			all.add(manager);
		}
		String where = "seed " + this.seed + ", nest ";
		for (int nest = 0; nest < NESTS; nest++) {
			try {
				transaction(all, 0);
			}
			catch (OnPurpose | OnPurposeError | TransactionException ex) {
				// some of Spring's own making, such as for a mandatory one
				this.thrown++;
			}
			assertThat(this.faults).as(where + nest).isEmpty();
			assertThat(this.scope.depth()).as(where + nest).isZero();
			assertThat(TransactionSynchronizationManager.isSynchronizationActive()).as(where + nest).isFalse();
			assertThat(this.root.stats().openRegions()).as(where + nest).isZero();
		}
		assertThat(this.root.budget().used()).as(where).isZero();
		assertThat(this.looks).as(where).isGreaterThan(NESTS);
		assertThat(this.thrown).as(where).isBetween(NESTS / 10, NESTS * 9 / 10);
		System.out.println("transactions of " + managers + " managers: seed " + this.seed + ", " + NESTS + " nests, "
				+ this.thrown + " threw, " + this.looks + " looks at memory");
		this.root.close();
	}

	/** Whether something that comes once in so many times comes now. */
	private boolean once(int times) {
		return this.random.nextInt(times) == 0;
	}

	private void throwSometimes() {
		if (once(12)) {
			switch (this.random.nextInt(3)) {
				case 0 -> throw new OnPurpose();
				case 1 -> throw new OnPurposeError();
				default -> throw new TransactionSystemException("on purpose");
			}
		}
	}

	private void transaction(List<Manager> managers, int depth) {
		TransactionTemplate template = new TransactionTemplate(managers.get(this.random.nextInt(managers.size())));
		template.setPropagationBehavior(this.random.nextInt(TransactionDefinition.PROPAGATION_NESTED + 1));
		template.executeWithoutResult((status) -> {
			for (int steps = this.random.nextInt(5); steps > 0; steps--) {
				if (depth < DEEPEST && once(3)) {
					within(managers, depth + 1);
				}
				else {
					register(false);
				}
			}
			if (once(6)) {
				status.setRollbackOnly();
			}
			throwSometimes();
		});
	}

	private void within(List<Manager> managers, int depth) {
		boolean caught = once(2);
		try {
			transaction(managers, depth);
		}
		catch (RuntimeException | Error ex) {
			if (!caught || ex instanceof AssertionError) {
				throw ex;
			}
		}
	}

	/** Registers a synchronization that will look at memory of the transaction. */
	private void register(boolean late) {
		if (TransactionSynchronizationManager.isActualTransactionActive()
				&& TransactionSynchronizationManager.isSynchronizationActive()) {
			MemorySegment block = this.allocator.allocate(LAYOUT).fill((byte) 7);
			TransactionSynchronizationManager.registerSynchronization(new Observer(block, late));
		}
	}

	private static final class OnPurpose extends RuntimeException {

		private static final long serialVersionUID = 1L;

		OnPurpose() {
			super("on purpose", null, false, false);
		}

	}

	private static final class OnPurposeError extends Error {

		private static final long serialVersionUID = 1L;

		OnPurposeError() {
			super("on purpose", null, false, false);
		}

	}

	/**
	 * Looks at its block in each of its calls.
	 */
	private final class Observer implements TransactionSynchronization {

		private final MemorySegment block;

		/** Whether it was registered when the transaction was about to end. */
		private final boolean late;

		Observer(MemorySegment block, boolean late) {
			this.block = block;
			this.late = late;
		}

		private void look(String when) {
			TransactionNestsTests.this.looks++;
			if (!this.block.scope().isAlive()) {
				TransactionNestsTests.this.faults.add(when);
			}
			else if (this.block.get(ValueLayout.JAVA_BYTE, 0) != 7) {
				TransactionNestsTests.this.faults.add(when + ", overwritten");
			}
		}

		@Override
		public void suspend() {
			look("suspend");
		}

		@Override
		public void resume() {
			look("resume");
		}

		@Override
		public void beforeCommit(boolean readOnly) {
			look("beforeCommit");
			if (once(8)) {
				register(true);
			}
			throwSometimes();
		}

		@Override
		public void beforeCompletion() {
			look("beforeCompletion");
			if (once(8)) {
				register(true);
			}
			throwSometimes();
		}

		@Override
		public void afterCommit() {
			look("afterCommit");
			throwSometimes();
		}

		@Override
		public void afterCompletion(int status) {
			if (!this.late || status != STATUS_UNKNOWN) {
				look("afterCompletion " + status);
			}
			throwSometimes();
		}

	}

	/** A listener that throws, but not when a transaction begins. */
	private final class Unreliable implements TransactionExecutionListener {

		@Override
		public void beforeBegin(TransactionExecution transaction) {
			throwSometimes();
		}

		@Override
		public void beforeCommit(TransactionExecution transaction) {
			throwSometimes();
		}

		@Override
		public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
			throwSometimes();
		}

		@Override
		public void beforeRollback(TransactionExecution transaction) {
			throwSometimes();
		}

		@Override
		public void afterRollback(TransactionExecution transaction, @Nullable Throwable failure) {
			throwSometimes();
		}

	}

	/**
	 * A manager without a resource, which fails at every step. Its nested transactions
	 * are savepoints, or begin anew as those of JTA.
	 */
	private final class Manager extends AbstractPlatformTransactionManager {

		private static final long serialVersionUID = 1L;

		/** The transaction that is under way, as a database has it. */
		private transient @Nullable Running running;

		private final boolean savepoints;

		Manager(boolean savepoints) {
			this.savepoints = savepoints;
		}

		@Override
		protected Object doGetTransaction() {
			return new Handle(this.running);
		}

		@Override
		protected boolean isExistingTransaction(Object transaction) {
			return ((Handle) transaction).running != null;
		}

		@Override
		protected boolean useSavepointForNestedTransaction() {
			return this.savepoints;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
			if (once(20)) {
				throw new CannotCreateTransactionException("on purpose");
			}
			Running begun = new Running(this.running);
			this.running = begun;
			((Handle) transaction).running = begun;
		}

		@Override
		protected Object doSuspend(Object transaction) {
			Running suspended = Objects.requireNonNull(this.running);
			this.running = null;
			((Handle) transaction).running = null;
			return suspended;
		}

		@Override
		protected void doResume(@Nullable Object transaction, Object suspended) {
			this.running = (Running) suspended;
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			throwSometimes();
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			throwSometimes();
		}

		@Override
		protected void doSetRollbackOnly(DefaultTransactionStatus status) {
			Running present = ((Handle) status.getTransaction()).running;
			if (present != null) {
				present.rollbackOnly = true;
			}
		}

		@Override
		protected void doCleanupAfterCompletion(Object transaction) {
			Running over = ((Handle) transaction).running;
			this.running = (over != null) ? over.outer : null;
		}

	}

	private static final class Running {

		final @Nullable Running outer;

		boolean rollbackOnly;

		Running(@Nullable Running outer) {
			this.outer = outer;
		}

	}

	private static final class Handle implements SmartTransactionObject, SavepointManager {

		@Nullable Running running;

		Handle(@Nullable Running running) {
			this.running = running;
		}

		@Override
		public boolean isRollbackOnly() {
			return this.running != null && this.running.rollbackOnly;
		}

		@Override
		public Object createSavepoint() {
			return this;
		}

		@Override
		public void rollbackToSavepoint(Object savepoint) {
		}

		@Override
		public void releaseSavepoint(Object savepoint) {
		}

	}

}
