package io.freehold.spring.deep;

import java.util.concurrent.Callable;

import io.freehold.spring.AllocatorScope;

import org.springframework.transaction.annotation.Transactional;

/**
 * Methods that begin a scope.
 */
class Calls {

	@Transactional
	public String transaction(Callable<String> work) throws Exception {
		return work.call();
	}

	@AllocatorScope
	public String method(Callable<String> work) throws Exception {
		return work.call();
	}

}
