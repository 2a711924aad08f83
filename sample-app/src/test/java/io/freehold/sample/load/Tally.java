package io.freehold.sample.load;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * What all clients did.
 */
final class Tally {

	private final Map<Kind, LongAdder> answered = counters();

	private final Map<Kind, LongAdder> aborted = counters();

	private final ConcurrentHashMap<Integer, LongAdder> statuses = new ConcurrentHashMap<>();

	/** The time that the slowest answer took, in nanoseconds. */
	private final AtomicLong slowest = new AtomicLong();

	private static Map<Kind, LongAdder> counters() {
		Map<Kind, LongAdder> counters = new EnumMap<>(Kind.class);
		for (Kind kind : Kind.values()) {
			counters.put(kind, new LongAdder());
		}
		return counters;
	}

	/** Notes how long an answer took. */
	void took(long nanos) {
		this.slowest.accumulateAndGet(nanos, Math::max);
	}

	void answered(Kind kind, int status) {
		increment(this.answered, kind);
		this.statuses.computeIfAbsent(status, (_) -> new LongAdder()).increment();
	}

	void aborted(Kind kind) {
		increment(this.aborted, kind);
	}

	private static void increment(Map<Kind, LongAdder> counters, Kind kind) {
		counters.getOrDefault(kind, new LongAdder()).increment();
	}

	long answered() {
		return sum(this.answered);
	}

	long aborted() {
		return sum(this.aborted);
	}

	/** Returns the least requests of any kind, answered or aborted. */
	long fewest() {
		return Arrays.stream(Kind.values())
			.mapToLong((kind) -> Math.min(of(this.answered, kind), of(this.aborted, kind)))
			.min()
			.orElseThrow();
	}

	private static long sum(Map<Kind, LongAdder> counters) {
		return counters.values().stream().mapToLong(LongAdder::sum).sum();
	}

	private static long of(Map<Kind, LongAdder> counters, Kind kind) {
		return counters.getOrDefault(kind, new LongAdder()).sum();
	}

	String summary(double seconds) {
		String kinds = Arrays.stream(Kind.values())
			.map((kind) -> "  %-14s %8d answered %7d aborted".formatted(kind, of(this.answered, kind),
					of(this.aborted, kind)))
			.collect(Collectors.joining("\n"));
		long all = answered() + aborted();
		return "%d requests in %.1f s, %.0f in a second, %.1f %% of them aborted; the slowest took %.1f s; statuses %s\n%s"
			.formatted(all, seconds, all / seconds, 100.0 * aborted() / all, this.slowest.get() / 1e9,
					new TreeMap<>(this.statuses), kinds);
	}

}
