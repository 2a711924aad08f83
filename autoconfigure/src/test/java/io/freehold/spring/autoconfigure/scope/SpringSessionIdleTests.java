package io.freehold.spring.autoconfigure.scope;

import java.time.Duration;

import io.freehold.spring.AllocatorTree;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What ends idle sessions if nobody else does.
 */
@TestPropertySource(properties = "freehold.scopes.session.idle-timeout=300ms")
class SpringSessionIdleTests extends AbstractSpringSessionAllocatorTests {

	@Autowired
	SpringSessionIdleTests(SessionController controller, AllocatorTree tree, @LocalServerPort int port) {
		super(controller, tree, port);
	}

	@Test
	void whenSessionIsIdleForTooLongShouldFreeItsMemory() {
		assertThat(this.client.get("/take/first")).isEqualTo("42");
		verifyFreed();
	}

	@Test
	void whenRequestsKeepComingShouldNotBeIdle() {
		this.client.get("/take/first?value=7");
		long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
		do {
			// which does not use the memory
			this.client.get("/nothing");
		}
		while (System.nanoTime() < end);
		assertThat(this.client.get("/read/first")).isEqualTo("7");
		verifyFreed();
	}

	@Test
	void whenRequestTakesLongShouldNotBeIdle() throws Exception {
		this.client.get("/take/first?value=7");
		var waiting = this.client.getAsync("/take-wait/waiting");
		this.controller.entered.await();
		long end = System.nanoTime() + Duration.ofSeconds(1).toNanos();
		Await.until(() -> System.nanoTime() > end);
		assertThat(this.controller.blocks.values()).allMatch((block) -> block.scope().isAlive());
		this.controller.mayGoOn.countDown();
		assertThat(waiting.join()).isEqualTo("42");
		verifyFreed();
	}

}
