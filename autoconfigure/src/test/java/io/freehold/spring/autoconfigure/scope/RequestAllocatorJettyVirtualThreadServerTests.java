package io.freehold.spring.autoconfigure.scope;

import io.freehold.spring.AllocatorTree;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/**
 * The memory of requests that virtual threads of Jetty handle.
 */
@OnJetty
@TestPropertySource(properties = "spring.threads.virtual.enabled=true")
class RequestAllocatorJettyVirtualThreadServerTests extends AbstractRequestAllocatorServerTests {

	@Autowired
	RequestAllocatorJettyVirtualThreadServerTests(RequestController controller, AllocatorTree tree) {
		super(controller, tree);
	}

}
