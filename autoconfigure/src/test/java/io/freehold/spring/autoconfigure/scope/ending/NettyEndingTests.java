package io.freehold.spring.autoconfigure.scope.ending;

import java.util.List;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jetty.autoconfigure.reactive.JettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.reactor.netty.NettyWebServer;
import org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Reactive requests on Reactor Netty.
 */
class NettyEndingTests extends AbstractEndingTests {

	NettyEndingTests() {
		super(Application.class, WebApplicationType.REACTIVE, List.of(Scope.EXCHANGE),
				List.of("spring.autoconfigure.exclude=" + TomcatReactiveWebServerAutoConfiguration.class.getName() + ","
						+ JettyReactiveWebServerAutoConfiguration.class.getName()));
	}

	@Override
	Class<?> serverType() {
		return NettyWebServer.class;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ ExchangeEndingController.class, Desk.class })
	static class Application {

	}

}
