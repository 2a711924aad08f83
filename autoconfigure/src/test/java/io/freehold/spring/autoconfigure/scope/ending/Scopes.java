package io.freehold.spring.autoconfigure.scope.ending;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

import io.freehold.Allocator;
import io.freehold.spring.AllocatorScope;
import io.freehold.spring.MethodAllocator;
import io.freehold.spring.RequestAllocator;
import io.freehold.spring.SessionAllocator;
import io.freehold.spring.ThreadAllocator;
import io.freehold.spring.TransactionAllocator;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.TransactionAspectSupport;

/**
 * Enters scopes in servlet applications.
 */
class Scopes {

	private static final String ENDLESS_QUERY = "select sum(x) from system_range(1, 1000000000000)";

	private final Map<Scope, Allocator> allocators = new EnumMap<>(Scope.class);

	private final AsyncTaskExecutor executor;

	private final Calls calls;

	Scopes(@RequestAllocator Allocator request, @SessionAllocator Allocator session, @ThreadAllocator Allocator thread,
			@TransactionAllocator Allocator transaction, @MethodAllocator Allocator method,
			@Qualifier("applicationTaskExecutor") AsyncTaskExecutor executor, Calls calls) {
		this.allocators.put(Scope.REQUEST, request);
		this.allocators.put(Scope.SESSION, session);
		this.allocators.put(Scope.THREAD, thread);
		this.allocators.put(Scope.TRANSACTION, transaction);
		this.allocators.put(Scope.METHOD, method);
		this.executor = executor;
		this.calls = calls;
	}

	AsyncTaskExecutor executor() {
		return this.executor;
	}

	void take(Work work) {
		work.take(Objects.requireNonNull(this.allocators.get(work.cell().scope())));
	}

	/** Takes memory and does the rest of the work in the scope. */
	String call(Work work, Callable<String> rest) throws Exception {
		Callable<String> whole = () -> {
			take(work);
			return rest.call();
		};
		return switch (work.cell().scope()) {
			case REQUEST, SESSION, EXCHANGE -> whole.call();
			case THREAD -> callTask(whole);
			case TRANSACTION -> this.calls.transaction(whole);
			case METHOD -> this.calls.method(whole);
		};
	}

	private String callTask(Callable<String> work) throws Exception {
		try {
			return this.executor.submit(work).get();
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof Exception cause) ? cause : ex;
		}
	}

	/** As {@link #call}, and fails for lack of time if the scope can. */
	String callUntilTimeout(Work work) throws Exception {
		if (work.cell().scope() != Scope.TRANSACTION) {
			return call(work, work::hold);
		}
		return this.calls.transactionUntilTimeout(() -> {
			take(work);
			work.awaitGoOn();
			try {
				return this.calls.query();
			}
			finally {
				work.end();
			}
		});
	}

	/** As {@link #call}, and somebody within a transaction has it rolled back. */
	String callUntilInterrupted(Work work) throws Exception {
		return call(work, () -> {
			try {
				return work.hold();
			}
			catch (InterruptedException ex) {
				if (work.cell().scope() != Scope.TRANSACTION) {
					throw ex;
				}
				this.calls.rollBack();
				return Work.ANSWER;
			}
		});
	}

	/**
	 * What proxies are around.
	 */
	static class Calls {

		private final JdbcClient jdbc;

		Calls(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		@Transactional
		public String transaction(Callable<String> work) throws Exception {
			this.jdbc.sql("select 1").query(Integer.class).single();
			return work.call();
		}

		@Transactional(timeout = 1)
		public String transactionUntilTimeout(Callable<String> work) throws Exception {
			return work.call();
		}

		@Transactional
		public String query() {
			return this.jdbc.sql(ENDLESS_QUERY).query(String.class).single();
		}

		@Transactional
		public void rollBack() {
			TransactionAspectSupport.currentTransactionStatus().setRollbackOnly();
		}

		@AllocatorScope
		public String method(Callable<String> work) throws Exception {
			return work.call();
		}

	}

}
