package io.freehold.spring.scope.reactive;

import io.freehold.Allocator;
import io.freehold.spring.scope.MissingScopeException;

import reactor.core.publisher.Mono;

import org.springframework.web.server.ServerWebExchange;

/**
 * Finds the memory of the current web request in a reactive application.
 *
 * <p>
 * What it finds may be used from any thread until the request is complete: after the last
 * element was written, on an error, or when the request is cancelled. Then all its blocks
 * are freed, their segments throw {@link IllegalStateException}, and the allocator throws
 * {@link MissingScopeException}. A request that allocates nothing costs nothing.
 */
public final class ReactiveRequestAllocator {

	private ReactiveRequestAllocator() {
	}

	/**
	 * Finds the memory of the request on whose behalf the result is subscribed to.
	 * @return the allocator, or a {@link MissingScopeException} if the Reactor context
	 * does not come from a web request
	 */
	public static Mono<Allocator> get() {
		return Mono.deferContextual((context) -> {
			Object memory = context.getOrDefault(ExchangeMemory.class, null);
			return (memory instanceof ExchangeMemory present) ? Mono.just(present)
					: Mono.error(missing("the Reactor context does not come from a web request; subscribe as a part of"
							+ " what the handler or filter returns, or use another allocator"));
		});
	}

	/**
	 * Returns the memory of an exchange, for filters and functional endpoints, which have
	 * one at hand.
	 * @param exchange the exchange
	 * @return the allocator
	 * @throws MissingScopeException if the exchange has not passed the filter that owns
	 * the memory
	 */
	public static Allocator of(ServerWebExchange exchange) {
		ExchangeMemory memory = exchange.getAttribute(ExchangeMemory.ATTRIBUTE);
		if (memory == null) {
			throw missing("the exchange has not passed the filter RequestMemoryWebFilter; use it behind that filter,"
					+ " and see that freehold.scopes.request.enabled is not false");
		}
		return memory;
	}

	private static MissingScopeException missing(String fix) {
		return new MissingScopeException(ExchangeMemory.NAME, ExchangeMemory.SCOPE, fix);
	}

}
