package io.freehold.spring.scope.servlet;

import io.freehold.spring.scope.AllocatorArguments;

import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Passes allocators to handler methods of Spring MVC, as {@link AllocatorArguments} finds
 * them.
 */
public final class AllocatorArgumentResolver implements HandlerMethodArgumentResolver {

	private final AllocatorArguments arguments;

	/**
	 * Creates a resolver.
	 * @param arguments finds the allocators
	 */
	public AllocatorArgumentResolver(AllocatorArguments arguments) {
		this.arguments = arguments;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return this.arguments.supports(parameter);
	}

	@Override
	public @Nullable Object resolveArgument(MethodParameter parameter, @Nullable ModelAndViewContainer container,
			NativeWebRequest request, @Nullable WebDataBinderFactory binders) {
		return this.arguments.resolve(parameter);
	}

	/**
	 * Refuses a parameter that no request could resolve.
	 * @param parameter the parameter of a handler method
	 */
	public void check(MethodParameter parameter) {
		if (supportsParameter(parameter)) {
			this.arguments.resolve(parameter);
		}
	}

}
