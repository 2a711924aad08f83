package io.freehold.spring.scope.reactive;

import java.util.concurrent.ConcurrentHashMap;

import io.freehold.Allocator;
import io.freehold.spring.RequestAllocator;
import io.freehold.spring.scope.AllocatorArguments;

import reactor.core.publisher.Mono;

import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.server.ServerWebExchange;

/**
 * Passes allocators to handler methods of Spring WebFlux: the memory of the exchange to a
 * parameter that asks for {@link RequestAllocator}, beans to others, as
 * {@link AllocatorArguments} finds them.
 */
public final class ReactiveAllocatorArgumentResolver implements HandlerMethodArgumentResolver {

	private final AllocatorArguments arguments;

	private final boolean requestMemory;

	/** Which parameters get the memory of the exchange. */
	private final ConcurrentHashMap<MethodParameter, Boolean> requestMemories = new ConcurrentHashMap<>();

	/**
	 * Creates a resolver.
	 * @param arguments finds the allocators
	 * @param requestMemory whether exchanges have memory; if not,
	 * {@link RequestAllocator} asks for a bean like any other qualifier
	 */
	public ReactiveAllocatorArgumentResolver(AllocatorArguments arguments, boolean requestMemory) {
		this.arguments = arguments;
		this.requestMemory = requestMemory;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return this.arguments.supports(parameter);
	}

	@Override
	public Mono<Object> resolveArgument(MethodParameter parameter, BindingContext bindings,
			ServerWebExchange exchange) {
		return asksForRequestMemory(parameter) ? Mono.fromSupplier(() -> ReactiveRequestAllocator.of(exchange))
				: Mono.fromSupplier(() -> this.arguments.resolve(parameter));
	}

	private boolean asksForRequestMemory(MethodParameter parameter) {
		Boolean known = this.requestMemories.get(parameter);
		if (known == null) {
			// not within the map, which would hold a monitor meanwhile
			known = isRequestMemory(parameter);
			this.requestMemories.put(parameter, known);
		}
		return known;
	}

	/**
	 * Refuses a parameter that no request could resolve.
	 * @param parameter the parameter of a handler method
	 */
	public void check(MethodParameter parameter) {
		if (supportsParameter(parameter) && !isRequestMemory(parameter)) {
			this.arguments.resolve(parameter);
		}
	}

	private boolean isRequestMemory(MethodParameter parameter) {
		return this.requestMemory && parameter.getParameterType() == Allocator.class
				&& MergedAnnotations.from(parameter.getParameterAnnotations()).isPresent(RequestAllocator.class);
	}

}
