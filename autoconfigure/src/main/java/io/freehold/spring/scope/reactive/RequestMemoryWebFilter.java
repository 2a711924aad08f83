package io.freehold.spring.scope.reactive;

import io.freehold.managed.ManagedAllocator;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;

import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Owns the memory of web requests in a reactive application: it begins here, goes with
 * the attributes of the exchange and with the Reactor context, and is freed once, when
 * the response is complete, has failed, or was cancelled, as it is when the client goes
 * away.
 *
 * <p>
 * It is freed before whoever subscribed learns of the end. So a
 * {@link org.springframework.web.server.WebExceptionHandler}, which comes after all
 * filters, has no memory any more; methods annotated with {@code @ExceptionHandler} have.
 */
public final class RequestMemoryWebFilter implements WebFilter, Ordered {

	/** Before all that could want memory. */
	private static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

	private final ManagedAllocator allocator;

	/**
	 * Creates a filter.
	 * @param allocator where requests open their regions
	 */
	public RequestMemoryWebFilter(ManagedAllocator allocator) {
		this.allocator = allocator;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		// whoever subscribes again, such as a retry, gets fresh memory
		return Mono.using(() -> new ExchangeMemory(this.allocator), (memory) -> {
			exchange.getAttributes().put(ExchangeMemory.ATTRIBUTE, memory);
			return new Freeing(
					chain.filter(exchange).contextWrite((context) -> context.put(ExchangeMemory.class, memory)),
					memory);
		}, ExchangeMemory::close);
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	/**
	 * Frees memory when subscribing throws. Reactor throws what it takes for fatal, such
	 * as a {@link StackOverflowError}, and tells no subscriber of it.
	 */
	private static final class Freeing extends MonoOperator<Void, Void> {

		private final ExchangeMemory memory;

		Freeing(Mono<Void> handling, ExchangeMemory memory) {
			super(handling);
			this.memory = memory;
		}

		@Override
		public void subscribe(CoreSubscriber<? super Void> subscriber) {
			boolean thrown = true;
			try {
				this.source.subscribe(subscriber);
				thrown = false;
			}
			finally {
				if (thrown) {
					this.memory.close();
				}
			}
		}

	}

}
