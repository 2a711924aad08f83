package io.freehold.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.freehold.benchmarks.contender.Contender;
import io.freehold.benchmarks.contender.Scratch;

/**
 * A mark that Freehold is to reach.
 *
 * @param workload the workload it is about
 * @param size the size of the blocks, 0 if they are mixed
 * @param subject who is to reach it
 * @param rival who it is relative to; {@code NONE} if it is absolute
 * @param rule how the bound is meant
 * @param bound the bound
 */
record Mark(String workload, int size, Contender subject, Contender rival, Rule rule, double bound) {

	static final List<Mark> ALL = all();

	private static List<Mark> all() {
		List<Mark> marks = new ArrayList<>();
		for (int size : new int[] { 64, 1024, 16384 }) {
			addAdaptive(marks, "HotPair.oneThread", size, 0.20);
			marks.add(ratio("HotPair.oneThread", size, Contender.FREEHOLD_GLOBAL, Contender.ARENA_CONFINED, 0.40));
			marks.add(new Mark("HotPair.oneThread", size, Contender.FREEHOLD_MANAGED, Contender.FREEHOLD_GLOBAL,
					Rule.EXCESS, 20));
		}
		addAdaptive(marks, "Churn.replace", 0, 0.35);
		marks.add(ratio("Churn.replace", 0, Contender.FREEHOLD_GLOBAL, Contender.MIMALLOC_SEGMENT, 1.1));
		marks.add(ratio("Churn.replace", 0, Contender.FREEHOLD_RAW, Contender.MIMALLOC_RAW, 1.1));
		addAdaptive(marks, "HandOver.handOver", 0, 0.40);
		marks.add(ratio("HandOver.handOver", 0, Contender.FREEHOLD_GLOBAL, Contender.JEMALLOC_SEGMENT, 1));
		marks.add(ratio("HandOver.handOver", 0, Contender.FREEHOLD_RAW, Contender.JEMALLOC_RAW, 1));
		addAdaptive(marks, "Succession.replace", 0, 0.40);
		addAdaptive(marks, "VirtualThreads.run", 0, 0.5);
		for (String mix : List.of("small", "mixed")) {
			marks.add(ratio("RegionLife." + mix, 0, Contender.FREEHOLD_MANAGED, Contender.ARENA_CONFINED, 0.20));
		}
		marks.add(new Mark(Footprint.COMMITTED, 0, Contender.FREEHOLD_RAW, Contender.NONE, Rule.CEILING, 1.30));
		marks.add(new Mark(Burst.AFTER, 0, Contender.FREEHOLD_RAW, Contender.NONE, Rule.CEILING, 32));
		addRequestScratch(marks, Scratch.REGION, 1.15);
		addRequestScratch(marks, Scratch.MANAGED, 1.1);
		addRequestScratch(marks, Scratch.HEAP, 3.5);
		addRequestScratch(marks, Scratch.GLOBAL, 1);
		return List.copyOf(marks);
	}

	/**
	 * Adds a mark relative to Netty's adaptive allocator, as it comes and at its best.
	 */
	private static void addAdaptive(List<Mark> marks, String workload, int size, double bound) {
		marks.add(ratio(workload, size, Contender.FREEHOLD_GLOBAL, Contender.NETTY_ADAPTIVE, bound));
		marks.add(ratio(workload, size, Contender.FREEHOLD_GLOBAL, Contender.NETTY_ADAPTIVE_TUNED, bound));
	}

	/**
	 * Adds the marks of memory of requests: the slowest of them, and that each costs no
	 * more time and no more processor time than it did when they waited for monitors.
	 */
	private static void addRequestScratch(List<Mark> marks, Scratch scratch, double cost) {
		addRequestScratch(marks, scratch, RequestScratch.SLOWEST, 3);
		addRequestScratch(marks, scratch, RequestScratch.TIME, cost);
		addRequestScratch(marks, scratch, RequestScratch.CPU, cost);
	}

	private static void addRequestScratch(List<Mark> marks, Scratch scratch, String measure, double bound) {
		marks.add(ratio(RequestScratch.workload(scratch, measure), 0, scratch.contender(),
				Scratch.ARENA_CONFINED.contender(), bound));
	}

	private static Mark ratio(String workload, int size, Contender subject, Contender rival, double bound) {
		return new Mark(workload, size, subject, rival, Rule.RATIO, bound);
	}

	/**
	 * Returns what the rule makes of the two scores: the figure the bound is for.
	 */
	double figure(double subject, double rival) {
		return switch (this.rule) {
			case RATIO -> subject / rival;
			case EXCESS -> subject - rival;
			case CEILING -> subject;
		};
	}

	/**
	 * Returns whether a figure is within the bound and by how much, relative to the
	 * bound.
	 */
	String verdict(double figure) {
		double distance = Math.abs(figure - this.bound) / this.bound * 100;
		return String.format(Locale.ROOT, (figure <= this.bound) ? "met by %.0f %%" : "**missed by %.0f %%**",
				distance);
	}

	/**
	 * How a bound is meant.
	 */
	enum Rule {

		/** The score divided by the rival's. */
		RATIO,

		/** The score less the rival's. */
		EXCESS,

		/** The score itself. */
		CEILING

	}

}
