package io.freehold.spring.autoconfigure.scope;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.Callable;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
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
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A slice of Spring MVC, as users test their controllers with.
 */
@WebMvcTest(properties = "freehold.allocators.image-cache.limit=1MB")
class RequestAllocatorSliceTests {

	private final MockMvcTester mvc;

	private final AllocatorTree tree;

	private final Images images;

	@Autowired
	RequestAllocatorSliceTests(MockMvcTester mvc, AllocatorTree tree, Images images) {
		this.mvc = mvc;
		this.tree = tree;
		this.images = images;
	}

	@Test
	void whenControllerUsesAllocatorsShouldWork() {
		ManagedAllocator request = this.tree.get("request");
		long opened = request.stats().regionsOpened();
		assertThat(this.mvc.get().uri("/images")).hasStatusOk().hasBodyTextEqualTo("root/image-cache 64");
		assertThat(request.stats().regionsOpened()).isEqualTo(opened + 1);
		assertThat(request.stats().openRegions()).isZero();
		assertThat(request.budget().used()).isZero();
		// this is the thread that handled the request
		assertThatIllegalStateException().isThrownBy(() -> this.images.last.fill((byte) 0));
	}

	@Test
	void whenControllerIsAsynchronousShouldWork() {
		assertThat(this.mvc.get().uri("/later")).hasStatusOk().hasBodyTextEqualTo("later 32");
	}

	@SpringBootConfiguration
	@Import(Images.class)
	static class Application {

	}

	@RestController
	static class Images {

		MemorySegment last = MemorySegment.NULL;

		private final Allocator memory;

		private final ManagedAllocator cache;

		Images(@RequestAllocator Allocator memory, @NamedAllocator("image-cache") ManagedAllocator cache) {
			this.memory = memory;
			this.cache = cache;
		}

		@GetMapping("/images")
		String images() {
			this.last = this.memory.allocate(Layout.ofBytes(64));
			return this.cache.name() + " " + this.last.byteSize();
		}

		@GetMapping("/later")
		Callable<String> later() {
			return () -> "later " + this.memory.allocate(Layout.ofBytes(32)).byteSize();
		}

	}

}
