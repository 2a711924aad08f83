package io.freehold.stress;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.logging.Level;
import java.util.logging.Logger;

import io.freehold.managed.ManagedAllocator;
import io.freehold.managed.StressAccess;
import io.freehold.pool.PooledAlloc;
import io.freehold.pool.RefusingMemory;

import org.jspecify.annotations.Nullable;

/**
 * A program with all faults at once: the operating system refuses every tenth call, the
 * stack ends in the middle of calls, limits and caches shrink and grow, allocators close
 * and are created anew. Blocks keep their content, and in the end nothing is left.
 *
 * <p>
 * Prints its seed and what was done. Exits with 0 if nothing was wrong.
 */
public final class FaultStress {

	/** For how long to run, in seconds. */
	static final String SECONDS = "freehold.stress.seconds";

	/** How many of a hundred calls of the operating system are refused. */
	static final String REFUSED = "freehold.stress.refused";

	/** Whether the stack ends in the middle of calls. */
	static final String OVERFLOWS = "freehold.stress.overflows";

	private static final int ALLOCATORS = 8;

	private static final int PLATFORM_THREADS = 4;

	private static final int VIRTUAL_THREADS = 50;

	/** Small, so that its end is soon reached. */
	private static final long STACK_SIZE = 256 << 10;

	/** How much is changed for each short-lived thread. */
	private static final int CHANGES = 20;

	private static final long LIMIT = 64 << 20;

	/** For how long a thread may finish no operation. */
	private static final Duration PATIENCE = Duration.ofMinutes(2);

	/** Held on to: loggers that nobody holds forget their level. */
	private static final Logger LOG = Logger.getLogger("io.freehold");

	private final long seed = StressSettings.seed();

	private final SplittableRandom random = new SplittableRandom(this.seed);

	private final FaultCounts counts = new FaultCounts();

	private final RefusingMemory memory = new RefusingMemory();

	private final PooledAlloc pooled = io.freehold.pool.StressAccess.pooled(this.memory);

	private final ManagedAllocator root = ManagedAllocator.root(this.pooled, (spec) -> spec.limit(LIMIT));

	private final AtomicReferenceArray<ManagedAllocator> allocators = new AtomicReferenceArray<>(ALLOCATORS);

	private final Queue<FaultWorker> workers = new ConcurrentLinkedQueue<>();

	private final List<Thread> threads = new ArrayList<>();

	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	/** Those of which it is not known that they are closed for good. */
	private final List<ManagedAllocator> closing = new ArrayList<>();

	private volatile boolean done;

	private int created;

	private FaultStress() {
	}

	/**
	 * Runs.
	 * @param arguments none
	 */
	public static void main(String[] arguments) {
		LOG.setLevel(Level.OFF);
		FaultStress stress = new FaultStress();
		System.out.println("seed " + stress.seed);
		Thread watchdog = Thread.ofPlatform().daemon().name("watchdog").start(stress::watch);
		try {
			stress.run(Duration.ofSeconds(Integer.getInteger(SECONDS, 10)));
		}
		catch (Throwable ex) {
			stress.fail(ex);
		}
		watchdog.interrupt();
		System.out.println(stress.counts + ", " + stress.memory.refusals() + " calls of the system refused");
		Throwable thrown = stress.failure.get();
		if (thrown != null) {
			thrown.printStackTrace();
			Runtime.getRuntime().halt(1);
		}
		System.out.println("nothing left");
		Runtime.getRuntime().halt(0);
	}

	private void run(Duration duration) throws InterruptedException {
		for (int i = 0; i < ALLOCATORS; i++) {
			this.allocators.set(i, create(i));
		}
		this.memory.setRefused(Integer.getInteger(REFUSED, 10));
		for (int i = 0; i < PLATFORM_THREADS; i++) {
			FaultWorker worker = worker(true);
			start(worker, Long.MAX_VALUE);
		}
		for (int i = 0; i < VIRTUAL_THREADS; i++) {
			FaultWorker worker = worker(false);
			this.threads.add(Thread.ofVirtual().name("virtual").start(() -> work(worker, Long.MAX_VALUE)));
		}
		long end = System.nanoTime() + duration.toNanos();
		while (System.nanoTime() < end && this.failure.get() == null) {
			// short-lived
			start(worker(true), this.random.nextInt(20, 500)).join();
			this.threads.removeIf((thread) -> !thread.isAlive());
			for (int i = 0; i < CHANGES; i++) {
				control();
			}
		}
		this.done = true;
		for (Thread thread : this.threads) {
			thread.join();
		}
		if (this.failure.get() == null) {
			verifyEnd();
		}
	}

	private FaultWorker worker(boolean platform) {
		boolean deep = platform && Boolean.parseBoolean(System.getProperty(OVERFLOWS, "true"));
		FaultWorker worker = new FaultWorker(this.allocators, this.counts, this.random.split(), deep);
		this.workers.add(worker);
		return worker;
	}

	private Thread start(FaultWorker worker, long steps) {
		Thread thread = new Thread(null, () -> work(worker, steps), "platform", STACK_SIZE);
		thread.setDaemon(true);
		this.threads.add(thread);
		thread.start();
		return thread;
	}

	private void work(FaultWorker worker, long steps) {
		try {
			worker.begin();
			for (long i = 0; i < steps && !this.done; i++) {
				worker.step();
			}
			worker.freeAll();
		}
		catch (Throwable ex) {
			fail(ex);
		}
		finally {
			this.workers.remove(worker);
		}
	}

	private void fail(Throwable cause) {
		this.failure.compareAndSet(null, cause);
		this.done = true;
	}

	private ManagedAllocator create(int slot) {
		return this.root.child("child" + slot + "-" + this.created++,
				(spec) -> spec.limit(LIMIT / 4).regionChunkSize(1024).expectLiveAtClose());
	}

	/** Changes what everything depends on. */
	private void control() {
		switch (this.random.nextInt(6)) {
			case 0 -> this.root.budget().setLimit(this.random.nextLong(LIMIT));
			case 1 -> this.root.budget().setLimit(LIMIT);
			case 2 ->
				this.allocators.get(this.random.nextInt(ALLOCATORS)).budget().setLimit(this.random.nextLong(LIMIT / 4));
			case 3 -> this.pooled.setMaxCached(this.random.nextLong(LIMIT));
			case 4 -> this.pooled.trim();
			default -> {
				int slot = this.random.nextInt(ALLOCATORS);
				ManagedAllocator closed = this.allocators.get(slot);
				this.allocators.set(slot, create(slot));
				closed.close();
				this.counts.closed.increment();
				// as soon as confined regions of others have ended
				this.closing.add(closed);
			}
		}
		this.closing.removeIf((allocator) -> {
			if (allocator.isClosed()) {
				expectNothing(allocator);
			}
			return allocator.isClosed();
		});
	}

	private static void expectNothing(ManagedAllocator allocator) {
		if (allocator.budget().used() != 0 || allocator.stats().liveBlocks() != 0
				|| allocator.stats().liveBytes() != 0) {
			throw new AssertionError(
					allocator.name() + ": " + allocator.budget().used() + " bytes used, " + allocator.stats());
		}
	}

	private void verifyEnd() {
		this.memory.setRefused(0);
		if (!StressAccess.isValid(this.root)) {
			throw new AssertionError("the books of the tree do not agree");
		}
		for (int i = 0; i < ALLOCATORS; i++) {
			expectNothing(this.allocators.get(i));
			this.allocators.get(i).close();
		}
		this.closing.forEach(FaultStress::expectNothing);
		expectNothing(this.root);
		this.root.close();
		if (!this.root.isClosed()) {
			throw new AssertionError("the root does not close");
		}
		this.pooled.trim();
		if (!io.freehold.pool.StressAccess.isValid(this.pooled)) {
			throw new AssertionError("the books of the pool do not agree");
		}
		if (this.pooled.liveBytes() != 0) {
			throw new AssertionError("the pool has lost " + this.pooled.liveBytes() + " bytes");
		}
	}

	private void watch() {
		Map<FaultWorker, Long> seen = new HashMap<>();
		long mainSeen = -1;
		try {
			while (true) {
				Thread.currentThread().join(PATIENCE);
				long now = this.counts.all();
				boolean stuck = now == mainSeen;
				mainSeen = now;
				for (FaultWorker worker : this.workers) {
					Long before = seen.put(worker, worker.steps());
					stuck |= before != null && before == worker.steps();
				}
				seen.keySet().retainAll(new ArrayList<>(this.workers));
				if (stuck) {
					reportStuck();
				}
			}
		}
		catch (InterruptedException ex) {
			// all is done
		}
	}

	private void reportStuck() {
		System.out.println(this.counts);
		System.out.println("a thread has finished no operation for " + PATIENCE.toMinutes() + " minutes");
		for (FaultWorker worker : this.workers) {
			worker.print();
		}
		Thread.getAllStackTraces().forEach(FaultWorker::print);
		Throwable thrown = this.failure.get();
		if (thrown != null) {
			thrown.printStackTrace(System.out);
		}
		Runtime.getRuntime().halt(3);
	}

}
