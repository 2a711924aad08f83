package io.freehold.spring.scope;

import java.lang.reflect.Method;

/**
 * Thrown at start-up when a method is annotated with {@code @AllocatorScope} that cannot
 * have a scope.
 */
public class InvalidAllocatorScopeException extends IllegalStateException {

	private final String method;

	private final String reason;

	private final String fix;

	/**
	 * Creates an exception.
	 * @param method the method
	 * @param reason why it cannot have the scope
	 * @param fix what to do about it
	 */
	public InvalidAllocatorScopeException(Method method, String reason, String fix) {
		super("@AllocatorScope on " + describe(method) + ": " + reason);
		this.method = describe(method);
		this.reason = reason;
		this.fix = fix;
	}

	private static String describe(Method method) {
		return method.getDeclaringClass().getName() + "." + method.getName();
	}

	/**
	 * Returns the method.
	 * @return its class and name
	 */
	public String getMethod() {
		return this.method;
	}

	/**
	 * Returns why it cannot have the scope.
	 * @return a clause
	 */
	public String getReason() {
		return this.reason;
	}

	/**
	 * Returns what to do about it.
	 * @return a clause
	 */
	public String getFix() {
		return this.fix;
	}

}
