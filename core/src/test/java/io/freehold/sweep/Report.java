package io.freehold.sweep;

import java.io.PrintStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts what was tried and prints what is wrong: the first faults of each kind in full,
 * the number of the others at the end.
 */
final class Report {

	private static final int IN_FULL = 2;

	private final PrintStream out;

	private final Map<String, Integer> faults = new TreeMap<>();

	private int sweeps;

	private long points;

	private int found;

	Report(PrintStream out) {
		this.out = out;
	}

	synchronized void sweep() {
		this.sweeps++;
	}

	synchronized void point() {
		this.points++;
	}

	synchronized void fault(String where, int point, String category, String message) {
		this.found++;
		int count = this.faults.merge(where + ": " + category, 1, Integer::sum);
		if (count <= IN_FULL) {
			this.out.println("FAULT " + where + " at " + point + ": " + category + ": " + message);
		}
	}

	synchronized int found() {
		return this.found;
	}

	/** Prints the sums. */
	synchronized void print(String name) {
		this.faults.forEach((what, count) -> this.out.println("SUM   " + what + ": " + count));
		this.out.println("%s: %d sweeps, %d points, %d faults".formatted(name, this.sweeps, this.points, this.found));
	}

}
