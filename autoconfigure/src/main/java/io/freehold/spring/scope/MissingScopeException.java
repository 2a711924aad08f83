package io.freehold.spring.scope;

/**
 * Thrown when an allocator of a scope is used by a thread that is not in such a scope.
 */
public class MissingScopeException extends IllegalStateException {

	/**
	 * Creates an exception.
	 * @param bean the name of the allocator bean
	 * @param scope the name of the missing scope
	 * @param fix what to do about it
	 */
	public MissingScopeException(String bean, String scope, String fix) {
		super(bean + ": there is no " + scope + " scope on thread '" + Thread.currentThread().getName() + "': " + fix);
	}

}
