package io.freehold.spring.autoconfigure.scope;

import io.freehold.spring.AllocatorTree;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.reactor.netty.NettyWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * On Reactor Netty.
 */
@TestPropertySource(properties = "spring.autoconfigure.exclude="
		+ "org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration")
class ReactiveRequestNettyServerTests extends AbstractReactiveRequestServerTests {

	private final WebServerApplicationContext context;

	@Autowired
	ReactiveRequestNettyServerTests(ReactiveRequestController controller, AllocatorTree tree,
			WebServerApplicationContext context) {
		super(controller, tree);
		this.context = context;
	}

	@Test
	void whenServerIsStartedShouldBeNetty() {
		assertThat(this.context.getWebServer()).isInstanceOf(NettyWebServer.class);
	}

}
