package io.freehold.spring.autoconfigure.scope;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.spring.RequestAllocator;
import io.freehold.spring.scope.MissingScopeException;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * Uses the memory of requests in every way in which Spring MVC handles them, and keeps
 * the segments, so that tests can see that they are dead.
 */
@RestController
class RequestController implements ErrorController {

	static final Layout LAYOUT = Layout.of(64, 8);

	/** In milliseconds. Jetty has been seen to forget timeouts of one millisecond. */
	private static final long TIMEOUT = 20;

	/** Blocks that requests took, by what the test calls them. */
	final Map<String, MemorySegment> blocks = new ConcurrentHashMap<>();

	/** The last request that waits for somebody else to answer it. */
	final AtomicReference<@Nullable DeferredResult<String>> waiting = new AtomicReference<>();

	private final Allocator memory;

	RequestController(@RequestAllocator Allocator memory) {
		this.memory = memory;
	}

	MemorySegment take(String name) {
		MemorySegment block = this.memory.allocate(LAYOUT);
		block.set(ValueLayout.JAVA_INT, 0, 42);
		this.blocks.put(name, block);
		return block;
	}

	static String read(MemorySegment block) {
		return Integer.toString(block.get(ValueLayout.JAVA_INT, 0));
	}

	@GetMapping("/untouched")
	String untouched() {
		return "untouched";
	}

	@GetMapping("/plain")
	String plain() {
		MemorySegment first = take("first");
		return read(first) + read(take("second"));
	}

	@GetMapping("/confined")
	String confined() {
		return whoMayRead(take("first"));
	}

	@GetMapping("/entity")
	ResponseEntity<String> entity() {
		return ResponseEntity.ok(whoMayRead(take("first")));
	}

	@GetMapping("/future")
	CompletableFuture<String> future() {
		MemorySegment block = take("first");
		return CompletableFuture.supplyAsync(() -> whoMayRead(block));
	}

	@GetMapping("/anything")
	Object anything() {
		return whoMayRead(take("first"));
	}

	/** Tells what happens to another thread that reads a block. */
	private static String whoMayRead(MemorySegment block) {
		return CompletableFuture.supplyAsync(() -> {
			try {
				return read(block);
			}
			catch (WrongThreadException ex) {
				return "confined";
			}
		}).join();
	}

	@GetMapping("/fails")
	String fails() {
		take("first");
		throw new IllegalArgumentException("on purpose");
	}

	@GetMapping("/refuses")
	String refuses() {
		take("first");
		throw new ResponseStatusException(HttpStatus.CONFLICT);
	}

	@GetMapping("/callable")
	Callable<String> callable() {
		MemorySegment first = take("first");
		return () -> {
			MemorySegment second = take("second");
			return read(first) + read(second);
		};
	}

	@GetMapping("/callable-fails")
	Callable<String> callableFails() {
		take("first");
		return () -> {
			take("second");
			throw new IllegalArgumentException("on purpose");
		};
	}

	@GetMapping("/deferred")
	DeferredResult<String> deferred() {
		take("first");
		DeferredResult<String> result = new DeferredResult<>();
		this.waiting.set(result);
		return result;
	}

	/** Answers the waiting request, from whatever thread, with its own memory. */
	void answer() {
		DeferredResult<String> result = this.waiting.getAndSet(null);
		if (result == null) {
			throw new IllegalStateException("no request is waiting");
		}
		MemorySegment block = this.blocks.getOrDefault("first", MemorySegment.NULL);
		block.set(ValueLayout.JAVA_INT, 0, 4711);
		String outside = outside();
		result.setResult(read(block) + " " + outside);
	}

	/** Tells what a thread gets that is in no request. */
	private String outside() {
		try {
			this.memory.allocate(LAYOUT);
			return "in scope";
		}
		catch (MissingScopeException ex) {
			return "no scope";
		}
	}

	@GetMapping("/times-out")
	DeferredResult<String> timesOut() {
		take("first");
		return new DeferredResult<>(TIMEOUT);
	}

	@GetMapping("/times-out-answered")
	DeferredResult<String> timesOutAnswered() {
		MemorySegment block = take("first");
		DeferredResult<String> result = new DeferredResult<>(TIMEOUT);
		result.onTimeout(() -> result.setResult("late " + read(block)));
		return result;
	}

	@GetMapping("/stream")
	StreamingResponseBody stream() {
		MemorySegment first = take("first");
		return (out) -> {
			for (int i = 0; i < 3; i++) {
				write(out, read(first) + read(take("second")) + " ");
				out.flush();
			}
		};
	}

	private static void write(OutputStream out, String text) throws IOException {
		out.write(text.getBytes(StandardCharsets.US_ASCII));
	}

	@GetMapping("/events")
	SseEmitter events() {
		MemorySegment first = take("first");
		SseEmitter emitter = new SseEmitter();
		Thread.ofVirtual().start(() -> {
			try {
				for (int i = 0; i < 3; i++) {
					emitter.send(read(first));
				}
				emitter.complete();
			}
			catch (IOException ex) {
				emitter.completeWithError(ex);
			}
		});
		return emitter;
	}

	/**
	 * Has more to send at once than there is room for on the way. Jetty tells of a client
	 * that has gone when the time is over, Tomcat not even then.
	 */
	@GetMapping("/flood")
	SseEmitter flood() throws IOException {
		take("first");
		SseEmitter emitter = new SseEmitter(500L);
		emitter.send("x".repeat(1 << 25));
		return emitter;
	}

	@RequestMapping("/error")
	ResponseEntity<String> error(HttpServletRequest request) {
		Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
		MemorySegment block = take("error");
		return ResponseEntity.status((status instanceof Integer code) ? code : 500).body("error " + read(block));
	}

	@GetMapping("/big")
	String big() {
		this.memory.allocate(Layout.ofBytes(100_000));
		return "big";
	}

}
