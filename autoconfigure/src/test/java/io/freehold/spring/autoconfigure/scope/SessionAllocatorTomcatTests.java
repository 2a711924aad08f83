package io.freehold.spring.autoconfigure.scope;

import java.util.Objects;

import io.freehold.spring.AllocatorTree;

import org.apache.catalina.Context;
import org.apache.catalina.Manager;
import org.apache.catalina.Session;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

/**
 * Sessions of Tomcat.
 */
@OnTomcat
class SessionAllocatorTomcatTests extends AbstractSessionAllocatorServerTests {

	private final Manager manager;

	@Autowired
	SessionAllocatorTomcatTests(SessionController controller, Sessions sessions, AllocatorTree tree,
			ServletWebServerApplicationContext context, @LocalServerPort int port) {
		super(controller, sessions, tree, port);
		TomcatWebServer server = (TomcatWebServer) Objects.requireNonNull(context.getWebServer());
		this.manager = ((Context) server.getTomcat().getHost().findChildren()[0]).getManager();
	}

	@Override
	void lookForExpiredSessions() {
		for (Session session : this.manager.findSessions()) {
			session.isValid();
		}
	}

}
