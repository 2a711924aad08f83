package io.freehold.spring.autoconfigure.scope.ending;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;

import io.freehold.Allocator;
import io.freehold.spring.RequestAllocator;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Does work in reactive requests and brings it to its ending, as far as that is up to the
 * server.
 */
@RestController
class ExchangeEndingController {

	private static final Duration TIMEOUT = Duration.ofMillis(20);

	private final Desk desk;

	ExchangeEndingController(Desk desk) {
		this.desk = desk;
	}

	private static Mono<String> later(Callable<String> work) {
		return Mono.fromCallable(work).subscribeOn(Schedulers.boundedElastic());
	}

	@GetMapping("/normal")
	Mono<String> normal(@RequestAllocator Allocator memory) {
		Work work = this.desk.work();
		work.take(memory);
		return later(work::pass);
	}

	@GetMapping("/exception")
	Mono<String> exception(@RequestAllocator Allocator memory) {
		Work work = this.desk.work();
		work.take(memory);
		return later(work::fail);
	}

	/** Works on another thread, which nobody stops. */
	@GetMapping("/timeout")
	Mono<String> timeout(@RequestAllocator Allocator memory) {
		Work work = this.desk.work();
		work.take(memory);
		later(() -> work.run(work::hold)).subscribe();
		return Mono.<String>never()
			.timeout(TIMEOUT)
			.onErrorMap(TimeoutException.class, (ex) -> new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE));
	}

	@GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	Flux<String> stream(@RequestAllocator Allocator memory) {
		Work work = this.desk.work();
		work.take(memory);
		return Flux.interval(Duration.ofMillis(1)).onBackpressureDrop().map((tick) -> {
			if (!work.isThere()) {
				throw new IllegalStateException("revoked");
			}
			return Work.ANSWER;
		}).doFinally((signal) -> work.end());
	}

	@GetMapping("/work")
	Mono<String> work(@RequestAllocator Allocator memory) {
		Work work = this.desk.work();
		work.take(memory);
		return later(work::hold);
	}

	/** Cancels its work and answers. */
	@GetMapping("/cancel")
	Mono<String> cancel(@RequestAllocator Allocator memory) {
		Work work = this.desk.work();
		Mono<String> canceller = later(() -> {
			work.awaitTaken();
			return "cancelled";
		});
		return Mono.firstWithSignal(later(() -> {
			work.take(memory);
			return work.hold();
		}), canceller);
	}

}
