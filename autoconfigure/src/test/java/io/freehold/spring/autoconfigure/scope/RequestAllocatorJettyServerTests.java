package io.freehold.spring.autoconfigure.scope;

import io.freehold.spring.AllocatorTree;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/**
 * The memory of requests that platform threads of Jetty handle.
 */
@OnJetty
@TestPropertySource(properties = "spring.threads.virtual.enabled=false")
class RequestAllocatorJettyServerTests extends AbstractRequestAllocatorServerTests {

	@Autowired
	RequestAllocatorJettyServerTests(RequestController controller, AllocatorTree tree) {
		super(controller, tree);
	}

}
