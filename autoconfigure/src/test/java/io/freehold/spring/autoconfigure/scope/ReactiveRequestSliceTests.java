package io.freehold.spring.autoconfigure.scope;

import java.lang.foreign.MemorySegment;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.NamedAllocator;
import io.freehold.spring.RequestAllocator;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.webflux.test.autoconfigure.WebFluxTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A slice of Spring WebFlux, as users test their controllers with.
 */
@WebFluxTest(properties = "freehold.allocators.image-cache.limit=1MB")
class ReactiveRequestSliceTests {

	private final WebTestClient web;

	private final AllocatorTree tree;

	private final Images images;

	@Autowired
	ReactiveRequestSliceTests(WebTestClient web, AllocatorTree tree, Images images) {
		this.web = web;
		this.tree = tree;
		this.images = images;
	}

	@Test
	void whenControllerUsesAllocatorsShouldWork() {
		ManagedAllocator request = this.tree.get("request");
		long opened = request.stats().regionsOpened();
		this.web.get()
			.uri("/images")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody(String.class)
			.isEqualTo("root/image-cache 64");
		Await.until(() -> request.stats().openRegions() == 0);
		assertThat(request.stats().regionsOpened()).isEqualTo(opened + 1);
		assertThat(request.budget().used()).isZero();
		assertThatIllegalStateException().isThrownBy(() -> this.images.last.fill((byte) 0));
	}

	@SpringBootConfiguration
	@Import(Images.class)
	static class Application {

	}

	@RestController
	static class Images {

		volatile MemorySegment last = MemorySegment.NULL;

		@GetMapping("/images")
		Mono<String> images(@RequestAllocator Allocator memory, @NamedAllocator("image-cache") ManagedAllocator cache) {
			return Mono.fromSupplier(() -> {
				this.last = memory.allocate(Layout.ofBytes(64));
				return cache.name() + " " + this.last.byteSize();
			});
		}

	}

}
