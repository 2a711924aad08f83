package io.freehold.spring.deep;

import io.freehold.Allocator;
import io.freehold.spring.SessionAllocator;

import jakarta.servlet.http.HttpSession;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Uses the memory of sessions, in servlet applications.
 */
@RestController
class SessionController {

	private final DeepController controller;

	private final Allocator memory;

	SessionController(DeepController controller, @SessionAllocator Allocator memory) {
		this.controller = controller;
		this.memory = memory;
	}

	@GetMapping("/SESSION/{work}")
	String session(@PathVariable Work work, @RequestParam int seed) {
		return this.controller.use(Bean.SESSION, this.memory, work, seed);
	}

	/** Begins a session, which has no memory yet. */
	@GetMapping("/begin-session")
	String begin(HttpSession session) {
		return session.isNew() ? "begun" : "was there";
	}

	/** Ends a session with its memory. */
	@GetMapping("/end-session")
	String end(HttpSession session) {
		session.invalidate();
		return "ended";
	}

}
