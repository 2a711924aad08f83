package io.freehold.spring.autoconfigure.scope;

import java.util.Objects;

import io.freehold.spring.AllocatorTree;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is seen of the ends of sessions although nobody tells.
 */
@TestPropertySource(properties = "freehold.scopes.session.idle-timeout=1h")
class SpringSessionAllocatorTests extends AbstractSpringSessionAllocatorTests {

	@Autowired
	SpringSessionAllocatorTests(SessionController controller, AllocatorTree tree, @LocalServerPort int port) {
		super(controller, tree, port);
	}

	@Test
	void whenSessionIsInvalidatedShouldFreeItsMemory() {
		this.client.get("/take/first");
		this.client.get("/invalidate");
		verifyFreed();
	}

	@Test
	void whenSessionChangesItsIdShouldKeepItsMemory() {
		this.client.get("/take/first?value=7");
		String before = this.client.get("/change-id");
		assertThat(this.client.get("/read/first")).isEqualTo("7");
		assertThat(this.client.get("/change-id-and-take/second")).isEqualTo("42");
		assertThat(this.client.get("/change-id")).isNotEqualTo(before);
		this.client.get("/take/third");
		assertThat(this.allocator.stats().openRegions()).isOne();
		this.client.get("/invalidate");
		verifyFreed();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/take-invalidate-take", "/take-invalidate-take-later" })
	void whenSessionIsInvalidatedInMidRequestShouldBeginAnother(String path) {
		assertThat(this.client.get(path)).isEqualTo("2");
		AbstractSessionAllocatorServerTests.assertDead(Objects.requireNonNull(this.controller.blocks.get("before")));
		assertThat(this.client.get("/read/after")).isEqualTo("2");
		assertThat(this.allocator.stats().openRegions()).isOne();
		this.client.get("/invalidate");
		verifyFreed();
	}

	@Test
	void whenSessionHasVanishedShouldFreeItsMemoryWithTheNextRequest() {
		this.client.get("/take/first");
		Await.until(() -> {
			// the filter saves the session once more after the response has left
			Application.SESSIONS.clear();
			this.client.get("/nothing");
			return this.allocator.stats().openRegions() == 0;
		});
		verifyFreed();
	}

}
