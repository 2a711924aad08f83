package io.freehold.spring.autoconfigure.scope.ending;

import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;

/**
 * Scopes on Jetty and virtual threads.
 */
class JettyVirtualThreadEndingTests extends AbstractServletEndingTests {

	JettyVirtualThreadEndingTests() {
		super(TomcatServletWebServerAutoConfiguration.class.getName(), true);
	}

	@Override
	Class<?> serverType() {
		return JettyWebServer.class;
	}

}
