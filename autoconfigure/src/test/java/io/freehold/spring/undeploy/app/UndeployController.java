package io.freehold.spring.undeploy.app;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.Callable;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.global.Global;
import io.freehold.spring.MethodAllocator;
import io.freehold.spring.NamedAllocator;
import io.freehold.spring.RequestAllocator;
import io.freehold.spring.SessionAllocator;
import io.freehold.spring.ThreadAllocator;
import io.freehold.spring.TransactionAllocator;
import io.freehold.spring.scope.ThreadScope;
import io.freehold.spring.undeploy.server.Outside;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Uses the memory of every kind of bean.
 */
@RestController
class UndeployController {

	private static final Layout HELD = Layout.of(4096, 8);

	private final Allocator named;

	private final Allocator request;

	private final Allocator session;

	private final Allocator thread;

	private final Allocator transaction;

	private final Allocator method;

	private final ThreadScope scope;

	private final AsyncTaskExecutor executor;

	private final Calls calls;

	private final Background background;

	UndeployController(@NamedAllocator("images") Allocator named, @RequestAllocator Allocator request,
			@SessionAllocator Allocator session, @ThreadAllocator Allocator thread,
			@TransactionAllocator Allocator transaction, @MethodAllocator Allocator method, ThreadScope scope,
			@Qualifier("applicationTaskExecutor") AsyncTaskExecutor executor, Calls calls, Background background) {
		this.named = named;
		this.request = request;
		this.session = session;
		this.thread = thread;
		this.transaction = transaction;
		this.method = method;
		this.scope = scope;
		this.executor = executor;
		this.calls = calls;
		this.background = background;
	}

	@GetMapping("/global")
	String global() {
		Memory.use(Global.allocator());
		return "global";
	}

	@GetMapping("/named")
	String named() {
		Memory.use(this.named);
		return "named";
	}

	@GetMapping("/request")
	String request(@RequestAllocator Allocator memory) {
		Memory.leave(this.request);
		Memory.leave(memory);
		return "request";
	}

	@GetMapping("/asynchronous")
	Callable<String> asynchronous() {
		return () -> {
			Memory.leave(this.request);
			return "asynchronous";
		};
	}

	@GetMapping("/session")
	String session() {
		Memory.leave(this.session);
		return "session";
	}

	@GetMapping("/thread")
	String thread() throws Exception {
		this.executor.submit(() -> Memory.leave(this.thread)).get();
		return "thread";
	}

	@GetMapping("/virtual")
	String virtual() throws InterruptedException {
		Thread.startVirtualThread(this.scope.decorate(() -> {
			Memory.leave(this.thread);
			Memory.use(this.named);
			Memory.use(Global.allocator());
		})).join();
		return "virtual";
	}

	@GetMapping("/transaction")
	String transaction() {
		this.calls.inTransaction(() -> Memory.leave(this.transaction));
		return "transaction";
	}

	@GetMapping("/method")
	String method() {
		this.calls.inMethod(() -> Memory.leave(this.method));
		return "method";
	}

	@GetMapping("/background")
	String background() {
		return (this.background.rounds() > 0) ? "background" : "nothing yet";
	}

	/** Has memory of two allocators held by threads that outlive the application. */
	@GetMapping("/held")
	String held() throws Exception {
		Outside.readInto(this.named.allocate(HELD));
		Outside.run(this.scope.decorate(() -> {
			Memory.leave(this.thread);
			Outside.awaitRelease();
		}));
		return "held";
	}

}
