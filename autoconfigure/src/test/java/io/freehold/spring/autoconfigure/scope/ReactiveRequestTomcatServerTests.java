package io.freehold.spring.autoconfigure.scope;

import io.freehold.spring.AllocatorTree;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * On Tomcat, through its servlets.
 */
@TestPropertySource(properties = "spring.autoconfigure.exclude="
		+ "org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration")
class ReactiveRequestTomcatServerTests extends AbstractReactiveRequestServerTests {

	private final WebServerApplicationContext context;

	@Autowired
	ReactiveRequestTomcatServerTests(ReactiveRequestController controller, AllocatorTree tree,
			WebServerApplicationContext context) {
		super(controller, tree);
		this.context = context;
	}

	@Test
	void whenServerIsStartedShouldBeTomcat() {
		assertThat(this.context.getWebServer()).isInstanceOf(TomcatWebServer.class);
	}

}
