package io.freehold.spring.deep;

import io.freehold.Allocator;
import io.freehold.spring.RequestAllocator;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Throws at a reactive server what Reactor does not answer.
 */
@RestController
class FatalController {

	private final DeepController controller;

	FatalController(DeepController controller) {
		this.controller = controller;
	}

	@GetMapping("/fatal/{work}")
	String fatal(@PathVariable Work work, @RequestParam int seed, @RequestAllocator Allocator memory) {
		return this.controller.use(Bean.REQUEST, memory, work, seed);
	}

}
