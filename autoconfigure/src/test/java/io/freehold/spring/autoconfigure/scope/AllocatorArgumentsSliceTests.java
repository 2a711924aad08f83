package io.freehold.spring.autoconfigure.scope;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.NamedAllocator;
import io.freehold.spring.RequestAllocator;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Allocators as arguments in a slice of Spring MVC.
 */
@WebMvcTest(properties = "freehold.allocators.image-cache.limit=1MB")
class AllocatorArgumentsSliceTests {

	private final MockMvcTester mvc;

	@Autowired
	AllocatorArgumentsSliceTests(MockMvcTester mvc) {
		this.mvc = mvc;
	}

	@Test
	void whenHandlerMethodTakesAllocatorsShouldPassThem() {
		assertThat(this.mvc.get().uri("/images")).hasStatusOk().hasBodyTextEqualTo("root/image-cache 64");
	}

	@SpringBootConfiguration
	@Import(Images.class)
	static class Application {

	}

	@RestController
	static class Images {

		@GetMapping("/images")
		String images(@RequestAllocator Allocator memory, @NamedAllocator("image-cache") ManagedAllocator cache) {
			return cache.name() + " " + memory.allocate(Layout.ofBytes(64)).byteSize();
		}

	}

}
