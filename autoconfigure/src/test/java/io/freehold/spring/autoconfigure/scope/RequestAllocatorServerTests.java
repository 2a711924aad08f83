package io.freehold.spring.autoconfigure.scope;

import io.freehold.spring.AllocatorTree;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/**
 * The memory of requests that platform threads handle.
 */
@OnTomcat
@TestPropertySource(properties = "spring.threads.virtual.enabled=false")
class RequestAllocatorServerTests extends AbstractRequestAllocatorServerTests {

	@Autowired
	RequestAllocatorServerTests(RequestController controller, AllocatorTree tree) {
		super(controller, tree);
	}

}
