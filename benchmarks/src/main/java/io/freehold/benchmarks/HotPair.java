package io.freehold.benchmarks;

import io.freehold.benchmarks.contender.Contender;
import io.freehold.benchmarks.contender.Slots;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A block is allocated and freed at once, again and again.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // by JMH
public class HotPair extends Workload {

	@Param
	public Contender contender;

	@Param({ "64", "1024", "16384" })
	public int size;

	Slots slots;

	@Setup
	public void open() {
		this.slots = this.contender.slots(1);
	}

	@Benchmark
	public void oneThread(Blackhole sink) {
		this.slots.pair(this.size, sink);
	}

	@Benchmark
	@Threads(2)
	public void twoThreads(Blackhole sink) {
		this.slots.pair(this.size, sink);
	}

}
