package io.freehold.benchmarks;

import io.freehold.benchmarks.contender.Contender;
import io.freehold.benchmarks.contender.Slots;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Of 4,096 live blocks of 16 bytes to 8 KiB a random one is replaced, and its first byte
 * written.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // by JMH
public class Churn extends Workload {

	private static final int LIVE = 4096;

	@Param
	public Contender contender;

	private final int[] sizes = Draws.logUniformSizes(16, 8192);

	private final int[] victims = Draws.uniform(0, LIVE);

	private int next;

	Slots slots;

	@Setup
	public void fill() {
		this.slots = this.contender.slots(LIVE);
		for (int slot = 0; slot < LIVE; slot++) {
			this.slots.allocate(slot, this.sizes[slot]);
		}
	}

	@Benchmark
	public void replace() {
		int draw = this.next++ & Draws.MASK;
		this.slots.replace(this.victims[draw], this.sizes[draw]);
	}

	@TearDown
	public void free() {
		this.slots.freeAll();
	}

}
