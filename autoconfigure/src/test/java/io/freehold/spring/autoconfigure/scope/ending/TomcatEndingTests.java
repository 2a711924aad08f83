package io.freehold.spring.autoconfigure.scope.ending;

import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.tomcat.TomcatWebServer;

/**
 * Scopes on Tomcat and its pool of threads.
 */
class TomcatEndingTests extends AbstractServletEndingTests {

	TomcatEndingTests() {
		super(JettyServletWebServerAutoConfiguration.class.getName(), false);
	}

	@Override
	Class<?> serverType() {
		return TomcatWebServer.class;
	}

}
