package io.freehold.spring.autoconfigure.scope;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import javax.sql.DataSource;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.TransactionAllocator;
import io.freehold.spring.autoconfigure.FreeholdAutoConfiguration;
import io.freehold.spring.scope.MissingScopeException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The memory of transactions of a real database.
 */
class TransactionAllocatorTests {

	private static final Layout LAYOUT = Layout.ofBytes(16);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(FreeholdAutoConfiguration.class, TransactionAllocatorAutoConfiguration.class,
						DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
						JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class,
						TransactionManagerCustomizationAutoConfiguration.class, TransactionAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true")
		.withUserConfiguration(Application.class);

	private void run(BiConsumer<Books, Ledger> test, Class<?>... configurations) {
		this.contextRunner.withUserConfiguration(configurations).run((context) -> {
			assertThat(context).hasNotFailed();
			Books books = context.getBean(Books.class);
			books.jdbc.sql("create table entry (id int primary key)").update();
			test.accept(books, context.getBean(Ledger.class));
			ManagedAllocator node = context.getBean(AllocatorTree.class).get("transaction");
			assertThat(node.stats().regionsOpened()).isPositive().isEqualTo(node.stats().regionsClosed());
			assertThat(node.budget().used()).isZero();
			assertThat(node.stats().leakedBlocks()).isZero();
			books.blocks.forEach((name, block) -> assertThat(block.scope().isAlive()).as(name).isFalse());
			assertThatExceptionOfType(MissingScopeException.class).isThrownBy(() -> books.take("outside"));
		});
	}

	@Test
	void whenCommittedShouldFreeMemoryAfterwards() {
		run((books, ledger) -> {
			ledger.commit();
			assertThat(books.entries()).isOne();
		});
	}

	@Test
	void whenRolledBackShouldFreeMemoryAfterwards() {
		run((books, ledger) -> {
			assertThatIllegalArgumentException().isThrownBy(ledger::rollBack).withMessage("on purpose");
			assertThat(books.entries()).isZero();
		});
	}

	@Test
	void whenCommitFailsShouldFreeMemory() {
		run((books, ledger) -> assertThatExceptionOfType(UnexpectedRollbackException.class)
			.isThrownBy(ledger::joinOneThatRollsBack));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void whenSynchronizationsRunShouldStillHaveMemory(boolean commit) {
		run((books, ledger) -> {
			int[] seen = new int[1];
			books.template.executeWithoutResult((status) -> {
				MemorySegment block = books.take("first");
				block.set(ValueLayout.JAVA_INT, 0, 42);
				TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void afterCompletion(int outcome) {
						seen[0] = block.get(ValueLayout.JAVA_INT, 0);
					}

				});
				if (!commit) {
					status.setRollbackOnly();
				}
			});
			assertThat(seen[0]).isEqualTo(42);
		});
	}

	@Test
	void whenEventsAreHandledAfterCommitShouldStillHaveMemory() {
		run((books, ledger) -> {
			ledger.publish();
			assertThat(books.heard.get()).isEqualTo(4242);
		});
	}

	@Test
	void whenOuterIsSuspendedShouldHaveMemoryOfItsOwn() {
		run((books, ledger) -> books.template.executeWithoutResult((status) -> {
			MemorySegment outer = books.take("outer");
			ledger.commit();
			assertThatIllegalStateException().isThrownBy(() -> books.block("committed").fill((byte) 1));
			outer.fill((byte) 1);
			// in the very region
			assertThat(books.take("outer again").scope()).isEqualTo(outer.scope());
		}));
	}

	@Test
	void whenNestedShouldShareMemoryOfOuter() {
		run((books, ledger) -> books.template.executeWithoutResult((status) -> {
			MemorySegment outer = books.take("outer");
			TransactionTemplate nested = new TransactionTemplate(books.manager());
			nested.setPropagationBehavior(TransactionTemplate.PROPAGATION_NESTED);
			nested.executeWithoutResult((savepoint) -> {
				assertThat(books.take("nested").scope()).isEqualTo(outer.scope());
				savepoint.setRollbackOnly();
			});
			books.block("nested").fill((byte) 1);
		}));
	}

	@Test
	void whenJoinedShouldShareMemoryOfOuter() {
		run((books, ledger) -> books.template.executeWithoutResult((status) -> {
			MemorySegment outer = books.take("outer");
			books.template
				.executeWithoutResult((joined) -> assertThat(books.take("joined").scope()).isEqualTo(outer.scope()));
			outer.fill((byte) 1);
		}));
	}

	@Test
	void whenTransactionIsSuspendedWithoutAnotherShouldNameMissingScope() {
		run((books, ledger) -> books.template.executeWithoutResult((status) -> {
			MemorySegment outer = books.take("outer");
			TransactionTemplate without = new TransactionTemplate(books.manager());
			without.setPropagationBehavior(TransactionTemplate.PROPAGATION_NOT_SUPPORTED);
			without.executeWithoutResult((none) -> {
				assertThatExceptionOfType(MissingScopeException.class).isThrownBy(() -> books.take("none"))
					.withMessageContaining("transactionAllocator: there is no transaction scope on thread")
					.withMessageContaining("@Transactional");
				ledger.commit();
			});
			assertThat(books.take("outer again").scope()).isEqualTo(outer.scope());
		}));
	}

	@Test
	void whenManagerFailsBeforeItBeginsToCommitShouldFreeMemory() {
		run((books, ledger) -> assertThatExceptionOfType(TransactionSystemException.class)
			.isThrownBy(() -> books.template.executeWithoutResult((status) -> {
				books.take("first");
				TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

					@Override
					public void beforeCommit(boolean readOnly) {
						throw new TransactionSystemException("on purpose");
					}

				});
			})));
	}

	@Test
	void whenListenerThrowsBeforeCommitShouldStillHaveMemoryAfterRollback() {
		run((books, ledger) -> {
			assertThatIllegalArgumentException().isThrownBy(ledger::publishRefused).withMessage("refused");
			assertThat(books.heard.get()).isEqualTo(42);
		});
	}

	@Test
	void whenAnotherListenerThrowsShouldFreeMemoryAllTheSame() {
		run((books, ledger) -> assertThatIllegalStateException().isThrownBy(ledger::commit)
			.withMessage("by a listener"), ThrowingListener.class);
	}

	@Test
	void whenManagerIsTheUsersShouldWork() {
		run((books, ledger) -> ledger.commit(), OwnManager.class);
	}

	@Test
	void whenManagerIsOfAnAutoConfigurationWithoutOrderShouldFindIt() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(FreeholdAutoConfiguration.class,
					TransactionAllocatorAutoConfiguration.class, LateAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().hasBean("transactionAllocator"));
	}

	@Test
	void whenThereIsNoTransactionManagerShouldBeAbsent() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(FreeholdAutoConfiguration.class, TransactionAllocatorAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("transactionAllocator"));
	}

	@Test
	void whenSwitchedOffShouldBeAbsent() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(FreeholdAutoConfiguration.class,
					TransactionAllocatorAutoConfiguration.class, DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class))
			.withPropertyValues("freehold.scopes.transaction.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(PlatformTransactionManager.class)
				.doesNotHaveBean("transactionAllocator"));
	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Ledger.class, Books.class })
	static class Application {

	}

	record Posted(MemorySegment block) {

	}

	record Refused(MemorySegment block) {

	}

	/** What a test needs, without a proxy around it. */
	static class Books {

		final Map<String, MemorySegment> blocks = new HashMap<>();

		final AtomicInteger heard = new AtomicInteger();

		final Allocator allocator;

		final JdbcClient jdbc;

		final TransactionTemplate template;

		Books(@TransactionAllocator Allocator allocator, JdbcClient jdbc, TransactionTemplate template) {
			this.allocator = allocator;
			this.jdbc = jdbc;
			this.template = template;
		}

		PlatformTransactionManager manager() {
			return Objects.requireNonNull(this.template.getTransactionManager());
		}

		MemorySegment take(String name) {
			MemorySegment block = this.allocator.allocate(LAYOUT);
			this.blocks.put(name, block);
			return block;
		}

		MemorySegment block(String name) {
			return this.blocks.getOrDefault(name, MemorySegment.NULL);
		}

		int entries() {
			return this.jdbc.sql("select count(*) from entry").query(Integer.class).single();
		}

	}

	/** Transactional methods. */
	static class Ledger {

		private final Books books;

		private final ApplicationEventPublisher events;

		Ledger(Books books, ApplicationEventPublisher events) {
			this.books = books;
			this.events = events;
		}

		@Transactional(propagation = Propagation.REQUIRES_NEW)
		public void commit() {
			this.books.take("committed").set(ValueLayout.JAVA_INT, 0, this.books.entries());
			this.books.jdbc.sql("insert into entry values (?)")
				.param(this.books.block("committed").get(ValueLayout.JAVA_INT, 0))
				.update();
		}

		@Transactional
		public void rollBack() {
			this.books.take("rolled back");
			this.books.jdbc.sql("insert into entry values (1)").update();
			throw new IllegalArgumentException("on purpose");
		}

		@Transactional
		public void joinOneThatRollsBack() {
			this.books.take("joining");
			this.books.template.executeWithoutResult((status) -> {
				this.books.take("joined");
				status.setRollbackOnly();
			});
		}

		@Transactional
		public void publish() {
			MemorySegment block = this.books.take("published");
			block.set(ValueLayout.JAVA_INT, 0, 42);
			this.events.publishEvent(new Posted(block));
		}

		@Transactional
		public void publishRefused() {
			MemorySegment block = this.books.take("refused");
			block.set(ValueLayout.JAVA_INT, 0, 42);
			this.events.publishEvent(new Refused(block));
		}

		@TransactionalEventListener(phase = TransactionPhase.BEFORE_COMMIT)
		void refuse(Refused refused) {
			throw new IllegalArgumentException("refused");
		}

		@TransactionalEventListener(phase = TransactionPhase.AFTER_ROLLBACK)
		void hearOfRollback(Refused refused) {
			this.books.heard.set(refused.block().get(ValueLayout.JAVA_INT, 0));
		}

		@TransactionalEventListener
		void hear(Posted posted) {
			MemorySegment more = this.books.take("after commit");
			more.set(ValueLayout.JAVA_INT, 0, 42);
			this.books.heard.set(posted.block().get(ValueLayout.JAVA_INT, 0) * 100 + more.get(ValueLayout.JAVA_INT, 0));
		}

		@TransactionalEventListener(phase = TransactionPhase.AFTER_COMPLETION)
		void hearLater(Posted posted) {
			assertThat(posted.block().get(ValueLayout.JAVA_INT, 0)).isEqualTo(42);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ThrowingListener {

		@Bean
		TransactionExecutionListener listener() {
			return new TransactionExecutionListener() {

				@Override
				public void afterCommit(TransactionExecution transaction, @Nullable Throwable failure) {
					throw new IllegalStateException("by a listener");
				}

			};
		}

	}

	/** Sorted after Freehold's by its name. */
	@AutoConfiguration
	static class LateAutoConfiguration {

		@Bean
		PlatformTransactionManager lateManager() {
			return new JdbcTransactionManager(new DriverManagerDataSource());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnManager {

		@Bean
		JdbcTransactionManager ownManager(DataSource dataSource) {
			return new JdbcTransactionManager(dataSource);
		}

	}

}
