package io.freehold.spring.deep;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.global.Global;
import io.freehold.spring.MethodAllocator;
import io.freehold.spring.NamedAllocator;
import io.freehold.spring.RequestAllocator;
import io.freehold.spring.ThreadAllocator;
import io.freehold.spring.TransactionAllocator;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.env.Environment;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Uses the memory of every bean that servlet and reactive applications both have.
 */
@RestController
class DeepController {

	private static final Layout LAYOUT = Layout.of(64, 8);

	private final Allocator named;

	private final Allocator thread;

	private final Allocator transaction;

	private final Allocator method;

	private final AsyncTaskExecutor executor;

	private final Calls calls;

	private final Findings findings;

	private final boolean reactive;

	DeepController(@NamedAllocator("parser") Allocator named, @ThreadAllocator Allocator thread,
			@TransactionAllocator Allocator transaction, @MethodAllocator Allocator method,
			@Qualifier("applicationTaskExecutor") AsyncTaskExecutor executor, Calls calls, Findings findings,
			Environment environment) {
		this.named = named;
		this.thread = thread;
		this.transaction = transaction;
		this.method = method;
		this.executor = executor;
		this.calls = calls;
		this.findings = findings;
		this.reactive = "reactive".equals(environment.getProperty("spring.main.web-application-type"));
	}

	@GetMapping("/NAMED/{work}")
	String named(@PathVariable Work work, @RequestParam int seed) throws Exception {
		return answer(() -> use(Bean.NAMED, this.named, work, seed));
	}

	@GetMapping("/REQUEST/{work}")
	String request(@PathVariable Work work, @RequestParam int seed, @RequestAllocator Allocator memory)
			throws Exception {
		return answer(() -> use(Bean.REQUEST, memory, work, seed));
	}

	@GetMapping("/THREAD/{work}")
	String thread(@PathVariable Work work, @RequestParam int seed) throws Exception {
		return answer(() -> submit(() -> use(Bean.THREAD, this.thread, work, seed)));
	}

	@GetMapping("/TRANSACTION/{work}")
	String transaction(@PathVariable Work work, @RequestParam int seed) throws Exception {
		return answer(() -> this.calls.transaction(() -> use(Bean.TRANSACTION, this.transaction, work, seed)));
	}

	@GetMapping("/METHOD/{work}")
	String method(@PathVariable Work work, @RequestParam int seed) throws Exception {
		return answer(() -> this.calls.method(() -> use(Bean.METHOD, this.method, work, seed)));
	}

	@GetMapping("/GLOBAL/{work}")
	String global(@PathVariable Work work, @RequestParam int seed) throws Exception {
		return answer(() -> use(Bean.GLOBAL, Global.allocator(), work, seed));
	}

	@GetMapping("/findings")
	String findings() {
		return this.findings.toString();
	}

	private String submit(Callable<String> task) throws Exception {
		try {
			return this.executor.submit(task).get();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Error cause) {
				throw cause;
			}
			throw ex;
		}
	}

	/**
	 * Reactor has no answer to an Error of the JVM, only to what it can be a cause of.
	 */
	private String answer(Callable<String> work) throws Exception {
		try {
			return work.call();
		}
		catch (StackOverflowError ex) {
			if (this.reactive) {
				throw new IllegalStateException("too deep", ex);
			}
			throw ex;
		}
	}

	/** Does the work of one request, and returns the bean and the seed. */
	String use(Bean bean, Allocator allocator, Work work, int seed) {
		try {
			return switch (work) {
				case SHALLOW -> shallow(bean, allocator, seed);
				case FAIL -> fail(allocator);
				case DOWN, UP -> {
					Descent.deep(allocator, work == Work.DOWN, seed).run();
					throw new IllegalStateException("the stack has no end");
				}
			};
		}
		catch (StackOverflowError ex) {
			if (work.isDeep()) {
				this.findings.overflow();
			}
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			this.findings.fault(bean, work, ex);
			throw ex;
		}
	}

	private static String fail(Allocator allocator) {
		MemorySegment block = allocator.allocate(LAYOUT);
		try {
			throw new StackOverflowError("on purpose");
		}
		finally {
			allocator.deallocate(block, LAYOUT);
		}
	}

	private static String shallow(Bean bean, Allocator allocator, int seed) {
		MemorySegment block = allocator.allocate(LAYOUT);
		block.setString(0, bean + " " + seed, StandardCharsets.US_ASCII);
		Descent.shallow(allocator, true, seed).run();
		Descent.shallow(allocator, false, seed).run();
		String answer = block.getString(0, StandardCharsets.US_ASCII);
		allocator.deallocate(block, LAYOUT);
		return answer;
	}

}
