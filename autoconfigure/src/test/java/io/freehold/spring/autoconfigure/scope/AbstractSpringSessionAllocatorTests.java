package io.freehold.spring.autoconfigure.scope;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.session.MapSession;
import org.springframework.session.MapSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.config.annotation.web.http.EnableSpringHttpSession;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Sessions of Spring Session in a repository that publishes no events.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		classes = AbstractSpringSessionAllocatorTests.Application.class)
@OnTomcat
abstract class AbstractSpringSessionAllocatorTests {

	final SessionController controller;

	final ManagedAllocator allocator;

	final SessionClient client;

	AbstractSpringSessionAllocatorTests(SessionController controller, AllocatorTree tree, int port) {
		this.controller = controller;
		this.allocator = tree.get("session");
		this.client = new SessionClient(port);
	}

	final void verifyFreed() {
		Await.until(() -> this.allocator.stats().openRegions() == 0);
		assertThat(this.allocator.budget().used()).isZero();
		this.controller.blocks.values().forEach(AbstractSessionAllocatorServerTests::assertDead);
		this.client.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableSpringHttpSession
	@Import(SessionController.class)
	static class Application {

		static final ConcurrentHashMap<String, Session> SESSIONS = new ConcurrentHashMap<>();

		@Bean
		MapSessionRepository sessionRepository() {
			MapSessionRepository repository = new MapSessionRepository(SESSIONS);
			repository
				.setDefaultMaxInactiveInterval(Duration.ofSeconds(MapSession.DEFAULT_MAX_INACTIVE_INTERVAL_SECONDS));
			return repository;
		}

	}

}
