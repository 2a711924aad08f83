package io.freehold.benchmarks;

import io.freehold.benchmarks.contender.Contender;
import io.freehold.benchmarks.contender.Contender.Kind;
import io.freehold.benchmarks.contender.Lives;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The memory of a request: a region is opened, or an arena, 20 blocks are taken, the
 * first byte of each is written, and all of it is closed. Arenas zero their blocks,
 * regions do not unless they are asked to.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // by JMH
public class RegionLife extends Workload {

	private static final int BLOCKS = 20;

	private static final int BLOCKS_OF_LONG_LIFE = 1000;

	@Param({ "FREEHOLD_MANAGED", "ARENA_CONFINED" })
	public Contender contender;

	private final int[] smallSizes = Draws.uniform(16, 513);

	private final int[] mixedSizes = Draws.logUniformSizes(16, 8192);

	private int next;

	private Lives lives;

	private Lives zeroed;

	private Lives shared;

	private Lives kept;

	@Setup
	public void prepare() {
		this.lives = this.contender.lives(Kind.CONFINED);
		this.zeroed = this.contender.lives(Kind.ZEROED);
		this.shared = this.contender.lives(Kind.SHARED);
		this.kept = this.contender.lives(Kind.KEPT);
	}

	/** Returns where the sizes of a life begin. */
	private int next(int blocks) {
		int from = this.next;
		this.next = (from + 2 * blocks <= Draws.COUNT) ? from + blocks : 0;
		return from;
	}

	private void live(Lives lives, int[] sizes, int blocks, Blackhole sink) {
		int from = next(blocks);
		lives.live(sizes, from, from + blocks, sink);
	}

	@Benchmark
	public void small(Blackhole sink) {
		live(this.lives, this.smallSizes, BLOCKS, sink);
	}

	@Benchmark
	public void mixed(Blackhole sink) {
		live(this.lives, this.mixedSizes, BLOCKS, sink);
	}

	@Benchmark
	public void smallZeroed(Blackhole sink) {
		live(this.zeroed, this.smallSizes, BLOCKS, sink);
	}

	@Benchmark
	public void mixedZeroed(Blackhole sink) {
		live(this.zeroed, this.mixedSizes, BLOCKS, sink);
	}

	@Benchmark
	public void smallShared(Blackhole sink) {
		live(this.shared, this.smallSizes, BLOCKS, sink);
	}

	@Benchmark
	public void mixedShared(Blackhole sink) {
		live(this.shared, this.mixedSizes, BLOCKS, sink);
	}

	/** Opened and closed without a block. */
	@Benchmark
	public void empty(Blackhole sink) {
		live(this.lives, this.smallSizes, 0, sink);
	}

	/** The time for each of many blocks, with a region that is reset and kept. */
	@Benchmark
	@OperationsPerInvocation(BLOCKS_OF_LONG_LIFE)
	public void block(Blackhole sink) {
		live(this.kept, this.smallSizes, BLOCKS_OF_LONG_LIFE, sink);
	}

}
