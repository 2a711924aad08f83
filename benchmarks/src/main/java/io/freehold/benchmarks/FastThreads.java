package io.freehold.benchmarks;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * The threads JMH runs the workloads in: those of Netty, because its allocators are
 * slower in any other. JMH finds the class by name, and its constructor by its
 * parameters.
 */
public final class FastThreads extends ThreadPoolExecutor {

	public FastThreads(int threads, String name) {
		super(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new DefaultThreadFactory(name, true));
	}

}
