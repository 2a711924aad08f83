package io.freehold.spring.undeploy.app;

import io.freehold.spring.AllocatorScope;

import org.springframework.transaction.annotation.Transactional;

/**
 * Methods that begin a scope.
 */
class Calls {

	@Transactional
	public void inTransaction(Runnable work) {
		work.run();
	}

	@AllocatorScope
	public void inMethod(Runnable work) {
		work.run();
	}

}
