package io.freehold.spring.autoconfigure.scope;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Requests that take other paths than from one handler straight back to the client.
 */
@RestController
class RequestPaths implements Filter, HandlerInterceptor, WebMvcConfigurer {

	private final RequestController controller;

	RequestPaths(RequestController controller) {
		this.controller = controller;
	}

	private MemorySegment take(String name) {
		return this.controller.take(name);
	}

	private String read(String name) {
		return RequestController.read(this.controller.blocks.getOrDefault(name, MemorySegment.NULL));
	}

	@GetMapping("/future-fails")
	CompletableFuture<String> futureFails() {
		take("first");
		return CompletableFuture.supplyAsync(() -> {
			throw new IllegalArgumentException(read("first") + " on purpose");
		});
	}

	/** Begins to answer asynchronously, and fails before the dispatch is over. */
	@GetMapping("/starts-and-fails")
	void startsAndFails(HttpServletRequest request, HttpServletResponse response, @RequestParam boolean committed)
			throws IOException {
		take("first");
		request.startAsync();
		response.getOutputStream().print("begun");
		if (committed) {
			response.flushBuffer();
		}
		throw new IllegalArgumentException("on purpose");
	}

	/** Sends an event, and fails on another thread. */
	@GetMapping("/events-fail")
	SseEmitter eventsFail() {
		take("first");
		SseEmitter emitter = new SseEmitter();
		Thread.ofVirtual().start(() -> {
			try {
				emitter.send(read("first"));
			}
			catch (IOException ex) {
				// the client has gone
			}
			emitter.completeWithError(new IllegalArgumentException("on purpose"));
		});
		return emitter;
	}

	/** Sends events until that fails. */
	@GetMapping("/events-endless")
	SseEmitter eventsEndless() {
		take("first");
		SseEmitter emitter = new SseEmitter();
		Thread.ofVirtual().start(() -> {
			try {
				while (true) {
					emitter.send(read("first"));
				}
			}
			catch (IOException | IllegalStateException ex) {
				// the client has gone, and the memory perhaps with it
				emitter.completeWithError(ex);
			}
		});
		return emitter;
	}

	@GetMapping("/forwards")
	void forwards(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
		take("outer");
		request.getRequestDispatcher("/plain").forward(request, response);
		this.controller.blocks.put("after " + read("outer"), take("again"));
	}

	@GetMapping("/includes")
	void includes(HttpServletRequest request, HttpServletResponse response) throws ServletException, IOException {
		take("outer");
		request.getRequestDispatcher("/include").include(request, response);
		response.getOutputStream().print(" after " + read("outer") + read("included"));
	}

	@GetMapping("/include")
	void include(HttpServletResponse response) throws IOException {
		take("included");
		response.getOutputStream().print("included " + read("included"));
	}

	@GetMapping("/forwards-async")
	void forwardsToAsynchronous(HttpServletRequest request, HttpServletResponse response)
			throws ServletException, IOException {
		take("outer");
		request.getRequestDispatcher("/reads-outer-later").forward(request, response);
	}

	@GetMapping("/reads-outer-later")
	Callable<String> readsOuterLater() {
		take("first");
		return () -> {
			take("second");
			return read("outer") + read("first") + read("second");
		};
	}

	@GetMapping("/dispatches")
	void dispatches(HttpServletRequest request) {
		take("outer");
		AsyncContext context = request.startAsync();
		Thread.ofVirtual().start(() -> context.dispatch("/reads-outer"));
	}

	@GetMapping("/reads-outer")
	String readsOuter() {
		take("first");
		return read("outer") + read("first");
	}

	@GetMapping("/task-times-out")
	WebAsyncTask<String> taskTimesOut() {
		take("first");
		CountDownLatch complete = new CountDownLatch(1);
		WebAsyncTask<String> task = new WebAsyncTask<>(20L, () -> {
			// the interruption must not be an answer
			Await.until(() -> complete.getCount() == 0);
			return "never";
		});
		task.onTimeout(() -> "late " + read("first"));
		task.onCompletion(complete::countDown);
		return task;
	}

	@GetMapping("/filtered")
	String filtered() {
		take("first");
		return read("filter") + read("first");
	}

	/** Uses memory before the handler is known, and when it is done. */
	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		boolean used = ((HttpServletRequest) request).getRequestURI().equals("/filtered");
		if (used) {
			take("filter");
		}
		chain.doFilter(request, response);
		if (used) {
			this.controller.blocks.put("filter " + read("filter"), take("filter again"));
		}
	}

	@GetMapping("/intercepted")
	String intercepted() {
		take("first");
		return read("first");
	}

	@Override
	public void addInterceptors(InterceptorRegistry registry) {
		registry.addInterceptor(this).addPathPatterns("/intercepted");
	}

	@Override
	public void afterCompletion(HttpServletRequest request, HttpServletResponse response, Object handler,
			@Nullable Exception ex) {
		this.controller.blocks.put("completion " + read("first"), take("completed"));
	}

	/**
	 * Handlers that are functions.
	 */
	static class Routes {

		@Bean
		RouterFunction<ServerResponse> routes(RequestPaths paths) {
			return RouterFunctions.route().GET("/functional", (request) -> {
				paths.take("first");
				return ServerResponse.ok().body(paths.read("first"));
			}).GET("/functional-async", (request) -> {
				paths.take("first");
				return ServerResponse.async(
						CompletableFuture.supplyAsync(() -> ServerResponse.ok().body("async " + paths.read("first"))));
			}).build();
		}

	}

}
