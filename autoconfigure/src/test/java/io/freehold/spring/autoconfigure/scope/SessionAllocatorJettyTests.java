package io.freehold.spring.autoconfigure.scope;

import java.util.Objects;

import io.freehold.spring.AllocatorTree;

import org.eclipse.jetty.ee11.servlet.SessionHandler;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jetty.servlet.JettyServletWebServer;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

/**
 * Sessions of Jetty.
 */
@OnJetty
class SessionAllocatorJettyTests extends AbstractSessionAllocatorServerTests {

	private final SessionHandler handler;

	@Autowired
	SessionAllocatorJettyTests(SessionController controller, Sessions sessions, AllocatorTree tree,
			ServletWebServerApplicationContext context, @LocalServerPort int port) {
		super(controller, sessions, tree, port);
		JettyServletWebServer server = (JettyServletWebServer) Objects.requireNonNull(context.getWebServer());
		this.handler = server.getServer().getDescendants(SessionHandler.class).getFirst();
	}

	@Override
	void lookForExpiredSessions() {
		this.handler.scavenge();
	}

}
