package io.freehold.spring.undeploy.server;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that outlive every application, and hold memory of one until they are told to
 * let go of it.
 */
public final class Outside {

	private static final ExecutorService THREADS = Executors.newFixedThreadPool(2, (task) -> {
		Thread thread = new Thread(null, task, "outside", 0, false);
		thread.setDaemon(true);
		thread.setContextClassLoader(null);
		return thread;
	});

	/** That of the application which runs now. */
	private static final AtomicReference<Outside> CURRENT = new AtomicReference<>(new Outside());

	private final CountDownLatch waiting = new CountDownLatch(1);

	private final CountDownLatch released = new CountDownLatch(1);

	/** Used by one thread at a time, like the next. */
	private final List<Future<?>> tasks = new ArrayList<>();

	private final List<MemorySegment> segments = new ArrayList<>();

	private final AtomicReference<Pipe> pipe = new AtomicReference<>();

	private Outside() {
	}

	/** Reads into a block, which cannot be revoked meanwhile. Returns when it is so. */
	public static void readInto(MemorySegment block) throws IOException {
		Outside outside = CURRENT.get();
		Pipe pipe = Pipe.open();
		outside.pipe.set(pipe);
		outside.segments.add(block);
		AtomicReference<Thread> reader = new AtomicReference<>();
		ByteBuffer buffer = block.asByteBuffer();
		outside.tasks.add(THREADS.submit(() -> {
			reader.set(Thread.currentThread());
			return pipe.source().read(buffer);
		}));
		await(() -> reader.get() != null && isReading(reader.get()));
	}

	private static boolean isReading(Thread thread) {
		StackTraceElement[] stack = thread.getStackTrace();
		return stack.length > 0 && stack[0].getMethodName().equals("read0");
	}

	/** Runs a task. Returns when the task waits for its release. */
	public static void run(Runnable task) throws InterruptedException {
		Outside outside = CURRENT.get();
		outside.tasks.add(THREADS.submit(task));
		outside.waiting.await();
	}

	/** Waits in a task, which holds what it has until it is released. */
	public static void awaitRelease() {
		Outside outside = CURRENT.get();
		outside.waiting.countDown();
		boolean interrupted = false;
		while (outside.released.getCount() > 0) {
			try {
				outside.released.await();
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Lets go of everything, and waits until the application has revoked it. Returns
	 * whether all of it was held until now.
	 */
	static boolean release() throws Exception {
		Outside outside = CURRENT.getAndSet(new Outside());
		boolean held = outside.tasks.stream().noneMatch(Future::isDone)
				&& outside.segments.stream().allMatch((segment) -> segment.scope().isAlive());
		outside.released.countDown();
		try (Pipe.SinkChannel sink = outside.pipe.get().sink(); Pipe.SourceChannel _ = outside.pipe.get().source()) {
			sink.write(ByteBuffer.allocate(1));
			for (Future<?> task : outside.tasks) {
				task.get(1, TimeUnit.MINUTES);
			}
		}
		await(() -> outside.segments.stream().noneMatch((segment) -> segment.scope().isAlive()));
		return held && outside.tasks.size() == 2 && outside.segments.size() == 1;
	}

	/** Waits for what another thread is about to do. */
	static void await(Callable<Boolean> condition) {
		long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		try {
			while (!condition.call()) {
				if (System.nanoTime() - deadline > 0) {
					throw new IllegalStateException("it has not come to pass in a minute");
				}
				LockSupport.parkNanos(1_000_000);
			}
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
