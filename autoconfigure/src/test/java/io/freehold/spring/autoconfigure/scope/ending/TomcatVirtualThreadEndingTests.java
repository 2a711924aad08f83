package io.freehold.spring.autoconfigure.scope.ending;

import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.tomcat.TomcatWebServer;

/**
 * Scopes on Tomcat and virtual threads.
 */
class TomcatVirtualThreadEndingTests extends AbstractServletEndingTests {

	TomcatVirtualThreadEndingTests() {
		super(JettyServletWebServerAutoConfiguration.class.getName(), true);
	}

	@Override
	Class<?> serverType() {
		return TomcatWebServer.class;
	}

}
