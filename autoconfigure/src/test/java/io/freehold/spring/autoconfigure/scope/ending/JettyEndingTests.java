package io.freehold.spring.autoconfigure.scope.ending;

import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;

/**
 * Scopes on Jetty and its pool of threads.
 */
class JettyEndingTests extends AbstractServletEndingTests {

	JettyEndingTests() {
		super(TomcatServletWebServerAutoConfiguration.class.getName(), false);
	}

	@Override
	Class<?> serverType() {
		return JettyWebServer.class;
	}

}
