package io.freehold.pages;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import io.freehold.internal.sync.Clock;
import io.freehold.managed.Race;
import io.freehold.managed.Sneaky;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The log, which is code of users, runs with no lock of a page heap held, and not in a
 * thread that may hold one of a bin.
 */
class LateWarningTests {

	/** Held on to: loggers that nobody holds forget their handlers. */
	private static final Logger LOG = Logger.getLogger("io.freehold");

	private final HookedMemory memory = new HookedMemory();

	private final PageHeap heap = new PageHeap(this.memory, new ExtentMap(), 0);

	private final Watcher watcher = new Watcher();

	@BeforeEach
	void watch() {
		LOG.addHandler(this.watcher);
	}

	@AfterEach
	void watchNoMore() {
		LOG.removeHandler(this.watcher);
	}

	@Test
	void purge_unmappingFails_isLoggedByTheClock() throws Exception {
		PageRun run = take();
		this.heap.give(run.chunk(), run.first(), run.length());
		this.memory.onUnmap(() -> Sneaky.raise(new AssertionError("on purpose")));
		this.heap.purge(false);
		this.watcher.expect("pooled: could not unmap memory, which will be tried again");
		this.heap.purge(false);
		assertThat(this.heap.reservedBytes()).isZero();
	}

	@Test
	void give_discardingFails_isLoggedByTheClock() throws Exception {
		PageRun run = take();
		this.memory.onDiscard(() -> Sneaky.raise(new AssertionError("on purpose")));
		this.heap.give(run.chunk(), run.first(), run.length());
		this.watcher.expect("pooled: could not give pages back, which will be tried again");
		assertThat(this.heap.isValid()).isTrue();
	}

	@Test
	void take_pagesAreBeingPurgedForSeconds_isLoggedByTheClock() throws Exception {
		this.heap.setCacheLimit(Long.MAX_VALUE);
		PageRun run = take(this.heap.maxRun());
		for (int i = 0; i < 3; i++) {
			take(this.heap.maxRun());
		}
		this.heap.give(run.chunk(), run.first(), run.length());
		this.memory.setMapping(false);
		CompletableFuture<Void> purging = new CompletableFuture<>();
		CompletableFuture<Void> goOn = new CompletableFuture<>();
		this.memory.onDiscard(() -> {
			purging.complete(null);
			goOn.join();
		});
		Thread purger = new Thread(() -> this.heap.purge(false));
		purger.start();
		purging.get(30, TimeUnit.SECONDS);
		assertThat(this.heap.take(this.heap.maxRun(), 1)).isNull();
		goOn.complete(null);
		Race.join(purger);
		this.watcher.expect("pooled: a thread has gone on without free pages");
	}

	private PageRun take() {
		return take(4096);
	}

	private PageRun take(long length) {
		return Objects.requireNonNull(this.heap.take(length, 1));
	}

	/** Notes which messages were logged by the clock. */
	private static final class Watcher extends Handler {

		private final Map<String, CompletableFuture<Boolean>> logged = new ConcurrentHashMap<>();

		private CompletableFuture<Boolean> logged(String message) {
			return this.logged.computeIfAbsent(message, (_) -> new CompletableFuture<>());
		}

		@Override
		public void publish(LogRecord record) {
			logged(record.getMessage()).complete(Clock.INSTANCE.isRunBy(Thread.currentThread()));
		}

		void expect(String message) throws Exception {
			assertThat(logged(message).get(30, TimeUnit.SECONDS)).isTrue();
		}

		@Override
		public void flush() {
		}

		@Override
		public void close() {
		}

	}

}
