package io.freehold.spring.autoconfigure.scope;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.NamedAllocator;
import io.freehold.spring.RequestAllocator;
import io.freehold.spring.scope.reactive.ReactiveRequestAllocator;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Uses the memory of requests in every way in which Spring WebFlux handles them, and
 * keeps segments and allocators, so that tests can see that they are dead.
 */
@RestController
class ReactiveRequestController implements WebFilter {

	static final Layout LAYOUT = Layout.of(64, 8);

	/** Blocks that requests took, by what the test calls them. */
	final Map<String, MemorySegment> blocks = new ConcurrentHashMap<>();

	/** What requests took them from. */
	final Queue<Allocator> allocators = new ConcurrentLinkedQueue<>();

	/** Lets requests that are held go on. */
	final AtomicReference<Sinks.One<String>> gate = new AtomicReference<>(Sinks.one());

	private MemorySegment take(Allocator memory, String name) {
		return take(memory, name, 42);
	}

	private MemorySegment take(Allocator memory, String name, int content) {
		this.allocators.add(memory);
		MemorySegment block = memory.allocate(LAYOUT);
		block.set(ValueLayout.JAVA_INT, 0, content);
		this.blocks.put(name, block);
		return block;
	}

	private static String read(MemorySegment block) {
		return Integer.toString(block.get(ValueLayout.JAVA_INT, 0));
	}

	@GetMapping("/untouched")
	Mono<String> untouched(@RequestAllocator Allocator memory) {
		return Mono.just("untouched " + memory);
	}

	@GetMapping("/mono")
	Mono<String> mono(@RequestAllocator Allocator memory) {
		MemorySegment first = take(memory, "first");
		return Mono.fromSupplier(() -> read(first) + read(take(memory, "second")));
	}

	@GetMapping("/plain")
	String plain(@RequestAllocator Allocator memory) {
		return read(take(memory, "first"));
	}

	@GetMapping("/beans")
	String beans(Allocator application, @NamedAllocator("image-cache") ManagedAllocator cache) {
		return application + " " + cache.name();
	}

	@GetMapping(path = "/lines", produces = MediaType.APPLICATION_NDJSON_VALUE)
	Flux<String> lines(@RequestAllocator Allocator memory) {
		MemorySegment first = take(memory, "first");
		return Flux.range(0, 3)
			.delayElements(Duration.ofMillis(1))
			.map((i) -> read(first) + read(take(memory, "line" + i)) + "\n");
	}

	@GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<String> events() {
		return Flux.range(0, 3)
			.delayElements(Duration.ofMillis(1))
			.concatMap((i) -> ReactiveRequestAllocator.get().map((memory) -> read(take(memory, "event" + i))));
	}

	@GetMapping(path = "/endless", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<String> endless(@RequestAllocator Allocator memory) {
		MemorySegment block = take(memory, "first");
		return Flux.interval(Duration.ofMillis(1)).onBackpressureDrop().map((i) -> read(block));
	}

	/** The body is the block itself. */
	@GetMapping(path = "/wrapped", produces = MediaType.APPLICATION_OCTET_STREAM_VALUE)
	Flux<DataBuffer> wrapped(@RequestAllocator Allocator memory) {
		return Flux.range(0, 3).map((i) -> {
			MemorySegment block = take(memory, "part" + i);
			block.fill((byte) ('a' + i));
			return DefaultDataBufferFactory.sharedInstance.wrap(block.asByteBuffer());
		});
	}

	@GetMapping("/schedulers")
	Mono<String> schedulers(@RequestAllocator Allocator memory) {
		Scheduler[] schedulers = { Schedulers.parallel(), Schedulers.boundedElastic(), Schedulers.single() };
		return Flux.range(0, 64)
			.flatMap((i) -> Mono.fromSupplier(() -> take(memory, "block" + i, i)).subscribeOn(schedulers[i % 3]), 64)
			.publishOn(Schedulers.parallel())
			.map((block) -> block.get(ValueLayout.JAVA_INT, 0))
			.reduce(0, Integer::sum)
			.map((sum) -> (sum == IntStream.range(0, 64).sum()) ? "all apart" : "mixed up");
	}

	/** Keeps its number in its memory until it may go on. */
	@GetMapping("/held/{number}")
	Mono<String> held(@PathVariable int number, @RequestAllocator Allocator memory) {
		MemorySegment block = take(memory, "held" + number, number);
		return this.gate.get().asMono().publishOn(Schedulers.parallel()).map((go) -> go + read(block));
	}

	@GetMapping("/fails")
	Mono<String> fails(@RequestAllocator Allocator memory) {
		take(memory, "first");
		return Mono.error(new IllegalArgumentException("on purpose"));
	}

	@GetMapping("/throws")
	Mono<String> throwsAtOnce(@RequestAllocator Allocator memory) {
		take(memory, "first");
		throw new IllegalArgumentException("on purpose");
	}

	@GetMapping("/handled")
	Mono<String> handled(@RequestAllocator Allocator memory) {
		take(memory, "first");
		return Mono.error(new UnsupportedOperationException("on purpose"));
	}

	@ExceptionHandler
	ResponseEntity<String> handle(UnsupportedOperationException ex, @RequestAllocator Allocator memory) {
		return ResponseEntity.unprocessableContent().body("handled " + read(take(memory, "error")));
	}

	@GetMapping(path = "/fails-midway", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<String> failsMidway(@RequestAllocator Allocator memory) {
		MemorySegment block = take(memory, "first");
		return Flux.range(0, 2)
			.map((i) -> read(block))
			.concatWith(Mono.error(new IllegalArgumentException("on purpose")));
	}

	@GetMapping("/times-out")
	Mono<String> timesOut(@RequestAllocator Allocator memory) {
		take(memory, "first");
		return Mono.<String>never().timeout(Duration.ofMillis(1));
	}

	@GetMapping("/times-out-answered")
	Mono<String> timesOutAnswered(@RequestAllocator Allocator memory) {
		MemorySegment block = take(memory, "first");
		return Mono.<String>never().timeout(Duration.ofMillis(1), Mono.fromSupplier(() -> "late " + read(block)));
	}

	@GetMapping("/cancels")
	Mono<String> cancels() {
		// the first to answer has the other one cancelled
		return Mono.firstWithValue(ReactiveRequestAllocator.get().map((memory) -> read(take(memory, "first"))),
				Mono.never());
	}

	@GetMapping("/big")
	Mono<String> big(@RequestAllocator Allocator memory) {
		return Mono.fromSupplier(() -> "big " + memory.allocate(Layout.ofBytes(100_000)));
	}

	/** Is in the chain of all requests, and uses memory for one. */
	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (!exchange.getRequest().getPath().value().equals("/filtered")) {
			return chain.filter(exchange);
		}
		return ReactiveRequestAllocator.get()
			.map((memory) -> take(memory, "filter"))
			.flatMap((block) -> chain.filter(exchange).doOnSuccess((_) -> this.blocks.put(read(block), block)));
	}

	RouterFunction<ServerResponse> routes() {
		return RouterFunctions.route().GET("/functional", (request) -> {
			MemorySegment block = take(ReactiveRequestAllocator.of(request.exchange()), "first");
			return ServerResponse.ok().body(Mono.fromSupplier(() -> read(block)), String.class);
		})
			.GET("/functional-accessor",
					(request) -> ReactiveRequestAllocator.get()
						.map((memory) -> read(take(memory, "first")))
						.flatMap(ServerResponse.ok()::bodyValue))
			.GET("/filtered", (request) -> ServerResponse.ok().bodyValue("filtered"))
			.build();
	}

}
