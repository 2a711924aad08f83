package io.freehold.benchmarks.spring;

import java.util.function.Function;

import io.freehold.Allocator;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.scope.MethodScope;
import io.freehold.spring.scope.ThreadScope;
import io.freehold.spring.scope.TransactionScope;
import io.freehold.spring.scope.servlet.RequestHandling;
import io.freehold.spring.scope.servlet.RequestMemoryFilter;
import io.freehold.spring.scope.servlet.SessionMemories;
import io.freehold.spring.scope.servlet.SessionMemoryFilter;

import jakarta.servlet.Filter;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.transaction.support.SimpleTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The scopes, entered as Spring and the container would.
 */
public enum Scoped {

	/** A request that stays on its thread. */
	REQUEST(Scoped::request),

	/** A session that has memory already. */
	SESSION(Scoped::session),

	/** A task. */
	THREAD(Scoped::thread),

	/** A transaction. */
	TRANSACTION(Scoped::transaction),

	/** A call of a method. */
	METHOD(Scoped::method);

	@SuppressWarnings("ImmutableEnumChecker") // only lambdas that capture nothing
	private final Function<ManagedAllocator, Entry> entry;

	Scoped(Function<ManagedAllocator, Entry> entry) {
		this.entry = entry;
	}

	/** Returns the way into a scope whose memory comes from an allocator. */
	Entry entry(ManagedAllocator allocator) {
		return this.entry.apply(allocator);
	}

	private static Entry request(ManagedAllocator allocator) {
		RequestMemoryFilter filter = new RequestMemoryFilter(allocator, RequestHandling.UNKNOWN);
		return new Entry(filter.allocator("requestAllocator"),
				(task) -> pass(filter, new MockHttpServletRequest(), task));
	}

	private static Entry session(ManagedAllocator allocator) {
		SessionMemoryFilter filter = new SessionMemoryFilter(new SessionMemories(allocator, null));
		MockHttpSession session = new MockHttpSession();
		return new Entry(filter.allocator("sessionAllocator"), (task) -> {
			MockHttpServletRequest request = new MockHttpServletRequest();
			request.setSession(session);
			request.setRequestedSessionId(session.getId());
			pass(filter, request, task);
		});
	}

	private static void pass(Filter filter, MockHttpServletRequest request, Runnable task) throws Exception {
		filter.doFilter(request, new MockHttpServletResponse(), (_, _) -> task.run());
	}

	private static Entry thread(ManagedAllocator allocator) {
		ThreadScope scope = new ThreadScope();
		return new Entry(scope.allocator("threadAllocator", allocator), (task) -> scope.decorate(task).run());
	}

	private static Entry transaction(ManagedAllocator allocator) {
		TransactionScope scope = new TransactionScope();
		return new Entry(scope.allocator("transactionAllocator", allocator), (task) -> {
			SimpleTransactionStatus transaction = new SimpleTransactionStatus(true);
			scope.afterBegin(transaction, null);
			TransactionSynchronizationManager.setActualTransactionActive(true);
			task.run();
			TransactionSynchronizationManager.setActualTransactionActive(false);
			scope.afterCommit(transaction, null);
		});
	}

	private static Entry method(ManagedAllocator allocator) {
		MethodScope scope = new MethodScope();
		ProxyFactory proxies = new ProxyFactory((Task) Runnable::run);
		proxies.addAdvice(scope);
		Task proxy = (Task) proxies.getProxy();
		return new Entry(scope.allocator("methodAllocator", allocator), proxy);
	}

	/**
	 * The way into a scope.
	 *
	 * @param bean the allocator that stands for those of the scope
	 * @param within runs something in the scope
	 */
	record Entry(Allocator bean, Task within) {

		void run(Runnable task) throws Exception {
			this.within.run(task);
		}

	}

	/**
	 * Runs something.
	 */
	@FunctionalInterface
	interface Task {

		void run(Runnable task) throws Exception;

	}

}
