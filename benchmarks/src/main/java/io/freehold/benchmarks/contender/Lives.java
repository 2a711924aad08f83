package io.freehold.benchmarks.contender;

import org.openjdk.jmh.infra.Blackhole;

/**
 * Lives in which blocks are taken that all end together. The seam lies at a whole life,
 * so that nobody pays for another's form of opening and closing.
 */
public interface Lives {

	/**
	 * Begins a life, takes blocks of the sizes from one index to another, writes the
	 * first byte of each and shows it to the sink, and ends the life.
	 */
	void live(int[] sizes, int from, int to, Blackhole sink);

}
