package io.freehold.spring.scope.reactive;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.freehold.AllocationException;
import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.scope.MissingScopeException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

import org.springframework.core.Ordered;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilterChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class RequestMemoryWebFilterTests {

	private static final Layout LAYOUT = Layout.of(64, 8);

	private static final Duration DEADLINE = Duration.ofSeconds(30);

	private final AllocatorTree tree = new AllocatorTree(Backends.get("pooled"), List.of(), (spec) -> {
	});

	private final ManagedAllocator allocator = this.tree.add("request", (spec) -> spec.scope("request"));

	private final RequestMemoryWebFilter filter = new RequestMemoryWebFilter(this.allocator);

	private final ServerWebExchange exchange = MockServerWebExchange.from(MockServerHttpRequest.get("/"));

	private final List<Allocator> allocators = new ArrayList<>();

	private final List<MemorySegment> blocks = new ArrayList<>();

	@AfterEach
	void nothingIsLeft() {
		assertThat(this.allocator.budget().used()).isZero();
		assertThat(this.allocator.stats().openRegions()).isZero();
		assertThat(this.allocator.stats().regionsOpened()).isEqualTo(this.allocator.stats().regionsClosed());
		for (MemorySegment block : this.blocks) {
			assertThatIllegalStateException().isThrownBy(() -> block.fill((byte) 0));
		}
		for (Allocator kept : this.allocators) {
			assertThatExceptionOfType(MissingScopeException.class).isThrownBy(() -> kept.allocate(LAYOUT));
			assertThatExceptionOfType(MissingScopeException.class)
				.isThrownBy(() -> kept.deallocate(this.blocks.getFirst(), LAYOUT));
		}
		this.tree.close();
	}

	private Mono<Void> handle(WebFilterChain handler) {
		return this.filter.filter(this.exchange, handler);
	}

	private Mono<MemorySegment> take() {
		return ReactiveRequestAllocator.get().map((memory) -> {
			this.allocators.add(memory);
			MemorySegment block = memory.allocate(LAYOUT).fill((byte) 1);
			this.blocks.add(block);
			return block;
		});
	}

	private long opened() {
		return this.allocator.stats().regionsOpened();
	}

	@Test
	void whenNobodySubscribesShouldDoNothing() {
		handle((_) -> take().then());
		assertThat(this.blocks).isEmpty();
		assertThat(this.exchange.getAttributes()).doesNotContainKey(ExchangeMemory.ATTRIBUTE);
	}

	@Test
	void whenMemoryIsNotUsedShouldOpenNothing() {
		StepVerifier.create(handle((_) -> ReactiveRequestAllocator.get().doOnNext(this.allocators::add).then()))
			.expectComplete()
			.verify(DEADLINE);
		assertThat(opened()).isZero();
		// the check for kept allocators needs a block
		this.allocators.clear();
	}

	@Test
	void whenRequestCompletesShouldFreeMemoryBeforeThat() {
		StepVerifier
			.create(handle((_) -> take().then(take()).then())
				.doOnSuccess((_) -> assertThat(this.allocator.stats().openRegions()).isZero()))
			.expectComplete()
			.verify(DEADLINE);
		assertThat(opened()).isOne();
		assertThat(this.blocks).hasSize(2);
	}

	@Test
	void whenRequestFailsShouldFreeMemoryBeforeThat() {
		StepVerifier
			.create(handle((_) -> take().then(Mono.error(new IllegalArgumentException("on purpose"))))
				.doOnError((_) -> assertThat(this.allocator.stats().openRegions()).isZero()))
			.expectErrorMessage("on purpose")
			.verify(DEADLINE);
		assertThat(opened()).isOne();
	}

	@Test
	void whenHandlerThrowsShouldFreeMemory() {
		StepVerifier.create(handle((exchange) -> {
			Allocator memory = ReactiveRequestAllocator.of(exchange);
			this.allocators.add(memory);
			this.blocks.add(memory.allocate(LAYOUT));
			throw new IllegalArgumentException("on purpose");
		})).expectErrorMessage("on purpose").verify(DEADLINE);
		assertThat(opened()).isOne();
	}

	@Test
	void whenRequestIsCancelledShouldFreeMemory() {
		Disposable request = handle((_) -> take().then(Mono.never())).subscribe();
		assertThat(this.allocator.stats().openRegions()).isOne();
		request.dispose();
		assertThat(this.allocator.stats().openRegions()).isZero();
	}

	@Test
	void whenOuterFilterTimesOutShouldFreeMemory() {
		StepVerifier
			.create(handle((_) -> take().then(Mono.never())).timeout(Duration.ofMillis(1),
					Mono.fromRunnable(() -> assertThat(this.allocator.stats().openRegions()).isZero())))
			.expectComplete()
			.verify(DEADLINE);
		assertThat(opened()).isOne();
	}

	@Test
	void whenRequestIsTriedAgainShouldHaveFreshMemory() {
		StepVerifier
			.create(handle((_) -> take()
				.flatMap((_) -> (this.blocks.size() == 1) ? Mono.error(new IllegalStateException()) : Mono.empty()))
				.retry(1))
			.expectComplete()
			.verify(DEADLINE);
		assertThat(opened()).isEqualTo(2);
		assertThat(this.allocators).hasSize(2).doesNotHaveDuplicates();
	}

	@Test
	void whenTreeIsClosedMeanwhileShouldRevokeMemory() {
		Sinks.Empty<Void> end = Sinks.empty();
		Disposable request = handle((_) -> take().then(end.asMono())).subscribe();
		this.tree.close();
		assertThat(this.tree.root().isClosed()).isTrue();
		assertThat(this.tree.root().budget().used()).isZero();
		assertThatIllegalStateException().isThrownBy(() -> this.blocks.getFirst().fill((byte) 0));
		assertThatExceptionOfType(AllocationException.class)
			.isThrownBy(() -> this.allocators.getFirst().allocate(LAYOUT))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(AllocationException.Reason.CLOSED));
		end.tryEmitEmpty().orThrow();
		assertThat(request.isDisposed()).isTrue();
	}

	@Test
	void whenExchangeIsAtHandShouldGiveTheSameMemory() {
		StepVerifier
			.create(handle((exchange) -> take()
				.doOnNext((_) -> assertThat(ReactiveRequestAllocator.of(exchange)).isSameAs(this.allocators.getFirst()))
				.then()))
			.expectComplete()
			.verify(DEADLINE);
		// what an exception handler finds, which comes later
		Allocator late = ReactiveRequestAllocator.of(this.exchange);
		assertThatExceptionOfType(MissingScopeException.class).isThrownBy(() -> late.allocate(LAYOUT))
			.withMessage("requestAllocator: there is no request scope on thread '" + Thread.currentThread().getName()
					+ "': the request that this allocator belongs to is complete, and its memory is freed;"
					+ " take what outlives the request from another allocator");
	}

	@Test
	void whenThereIsNoRequestShouldSaySo() {
		StepVerifier.create(ReactiveRequestAllocator.get())
			.expectErrorSatisfies((ex) -> assertThat(ex).isInstanceOf(MissingScopeException.class)
				.hasMessageStartingWith("requestAllocator: there is no request scope")
				.hasMessageContaining("the Reactor context does not come from a web request"))
			.verify(DEADLINE);
		assertThatExceptionOfType(MissingScopeException.class)
			.isThrownBy(() -> ReactiveRequestAllocator.of(this.exchange))
			.withMessageStartingWith("requestAllocator: there is no request scope")
			.withMessageContaining("has not passed the filter RequestMemoryWebFilter");
	}

	@Test
	void whenFiltersAreOrderedShouldComeEarly() {
		assertThat(this.filter.getOrder()).isEqualTo(Ordered.HIGHEST_PRECEDENCE + 10);
	}

	@Test
	void whenHandlerThrowsWhatReactorDoesNotSignalShouldFreeMemory() {
		Error fatal = new StackOverflowError("on purpose");
		Mono<Void> handling = handle((exchange) -> take().map((block) -> {
			throw fatal;
		}));
		assertThatExceptionOfType(StackOverflowError.class).isThrownBy(handling::subscribe).isSameAs(fatal);
		assertThat(this.blocks).hasSize(1);
	}

}
