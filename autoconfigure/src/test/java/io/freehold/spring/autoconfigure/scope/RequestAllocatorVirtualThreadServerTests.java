package io.freehold.spring.autoconfigure.scope;

import io.freehold.spring.AllocatorTree;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/**
 * The memory of requests that virtual threads handle.
 */
@OnTomcat
@TestPropertySource(properties = "spring.threads.virtual.enabled=true")
class RequestAllocatorVirtualThreadServerTests extends AbstractRequestAllocatorServerTests {

	@Autowired
	RequestAllocatorVirtualThreadServerTests(RequestController controller, AllocatorTree tree) {
		super(controller, tree);
	}

}
