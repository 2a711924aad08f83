package io.freehold.spring.autoconfigure.scope;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.spring.SessionAllocator;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * Uses the memory of sessions. Blocks have names, and are kept here: nothing is in the
 * sessions.
 */
@RestController
class SessionController {

	static final Layout LAYOUT = Layout.of(64, 8);

	final Map<String, MemorySegment> blocks = new ConcurrentHashMap<>();

	volatile CountDownLatch entered = new CountDownLatch(1);

	volatile CountDownLatch mayGoOn = new CountDownLatch(1);

	private final Allocator memory;

	SessionController(@SessionAllocator Allocator memory) {
		this.memory = memory;
	}

	@GetMapping("/take/{name}")
	String take(@PathVariable String name, @RequestParam(defaultValue = "42") int value) {
		MemorySegment block = this.memory.allocate(LAYOUT);
		block.set(ValueLayout.JAVA_INT, 0, value);
		this.blocks.put(name, block);
		return read(name);
	}

	@GetMapping("/read/{name}")
	String read(@PathVariable String name) {
		return Integer.toString(this.blocks.getOrDefault(name, MemorySegment.NULL).get(ValueLayout.JAVA_INT, 0));
	}

	@GetMapping("/free/{name}")
	String free(@PathVariable String name) {
		this.memory.deallocate(this.blocks.getOrDefault(name, MemorySegment.NULL), LAYOUT);
		this.blocks.remove(name);
		return "freed";
	}

	@GetMapping("/nothing")
	String nothing() {
		return "nothing";
	}

	@GetMapping("/take-later/{name}")
	Callable<String> takeLater(@PathVariable String name) {
		return () -> take(name, 42);
	}

	@GetMapping("/take-wait/{name}")
	String takeAndWait(@PathVariable String name) throws InterruptedException {
		take(name, 42);
		this.entered.countDown();
		this.mayGoOn.await();
		return read(name);
	}

	@GetMapping("/stream-wait/{name}")
	StreamingResponseBody streamAndWait(@PathVariable String name) {
		return (out) -> {
			take(name, 42);
			this.entered.countDown();
			try {
				this.mayGoOn.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			out.write(read(name).getBytes(StandardCharsets.US_ASCII));
		};
	}

	@GetMapping("/take-late")
	void takeWhenCommitted(HttpServletResponse response) throws IOException {
		response.getOutputStream().print("committed ");
		response.flushBuffer();
		try {
			this.memory.allocate(LAYOUT);
		}
		catch (IllegalStateException ex) {
			response.getOutputStream().print(String.valueOf(ex.getMessage()));
		}
	}

	@GetMapping("/change-id")
	String changeId(HttpServletRequest request) {
		return request.changeSessionId();
	}

	@GetMapping("/change-id-and-take/{name}")
	String changeIdAndTake(@PathVariable String name, HttpServletRequest request) {
		request.changeSessionId();
		return take(name, 42);
	}

	@GetMapping("/invalidate")
	String invalidate(HttpSession session) {
		session.invalidate();
		return "invalidated";
	}

	@GetMapping("/take-invalidate-take")
	String takeInvalidateTake(HttpServletRequest request) {
		take("before", 1);
		request.getSession().invalidate();
		return take("after", 2);
	}

	@GetMapping("/take-invalidate-take-later")
	Callable<String> takeInvalidateTakeLater(HttpServletRequest request) {
		take("before", 1);
		return () -> {
			request.getSession().invalidate();
			return take("after", 2);
		};
	}

	@GetMapping("/expire/{seconds}")
	String expire(@PathVariable int seconds, HttpSession session) {
		session.setMaxInactiveInterval(seconds);
		return "soon";
	}

}
