package io.freehold.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;

import io.freehold.benchmarks.RequestLoad.Outcome;
import io.freehold.benchmarks.RequestLoad.Settings;
import io.freehold.benchmarks.contender.Scratch;

/**
 * How long the slowest request has to wait. 200 requests are in flight, each a new
 * virtual thread, which takes 20 blocks of 1 to 32 KiB, fills and sums each, yields once
 * in the middle, and gives everything back.
 *
 * <p>
 * All contenders run in two rounds, the second in reverse order, so that drift of the
 * machine shows. Ratios are to the arena of the same round.
 */
public final class RequestScratch {

	static final String SLOWEST = "slowest";

	static final String P999 = "p99.9";

	static final String TIME = "time";

	static final String CPU = "cpu";

	private static final int BLOCKS = 20;

	private static final Scratch RIVAL = Scratch.ARENA_CONFINED;

	private RequestScratch() {
	}

	/**
	 * Measures the kinds of memory named and the arena, each in a JVM of its own, or
	 * without arguments all, and then also writes the result file. Arguments of the form
	 * {@code name=number} change the settings of the load. With the argument {@code here}
	 * measures the one that follows in this JVM.
	 */
	public static void main(String[] arguments) throws IOException, InterruptedException {
		Settings settings = Settings.DEFAULT;
		List<String> changes = new ArrayList<>();
		List<String> names = new ArrayList<>();
		for (String argument : arguments) {
			if (argument.contains("=")) {
				settings = settings.with(argument);
				changes.add(argument);
			}
			else {
				names.add(argument);
			}
		}
		if (names.size() == 2 && names.getFirst().equals("here")) {
			System.out.println(measure(Scratch.valueOf(names.getLast()), settings).line());
		}
		else {
			List<Map<Scratch, Outcome>> rounds = compare(contenders(names), changes);
			System.out.println(table(rounds));
			if (arguments.length == 0) {
				Score.write(Programs.REQUEST_SCRATCH, scores(rounds));
			}
		}
	}

	private static Set<Scratch> contenders(List<String> names) {
		Set<Scratch> contenders = EnumSet.of(RIVAL);
		names.forEach((name) -> contenders.add(Scratch.valueOf(name)));
		return names.isEmpty() ? EnumSet.allOf(Scratch.class) : contenders;
	}

	private static List<Map<Scratch, Outcome>> compare(Set<Scratch> contenders, List<String> changes)
			throws IOException, InterruptedException {
		List<Scratch> order = List.copyOf(contenders);
		List<Map<Scratch, Outcome>> rounds = new ArrayList<>();
		for (List<Scratch> round : List.of(order, order.reversed())) {
			Map<Scratch, Outcome> outcomes = new EnumMap<>(Scratch.class);
			for (Scratch scratch : round) {
				List<String> arguments = new ArrayList<>(List.of("here", scratch.name()));
				arguments.addAll(changes);
				outcomes.put(scratch, Outcome.parse(Jvm.run(RequestScratch.class, arguments)));
			}
			rounds.add(outcomes);
		}
		return rounds;
	}

	static Outcome measure(Scratch scratch, Settings settings) throws InterruptedException {
		int[] sizes = Draws.logUniformSizes(1 << 10, 32 << 10);
		// each lane begins elsewhere, and has the same sizes with every contender
		int places = Draws.COUNT / BLOCKS;
		int distance = Math.max(1, places / settings.requests());
		return RequestLoad.run((lane, number) -> {
			int from = (lane * distance + number) % places * BLOCKS;
			scratch.serve(sizes, from, from + BLOCKS);
		}, settings);
	}

	/**
	 * Returns the table of all rounds.
	 */
	static String table(List<Map<Scratch, Outcome>> rounds) {
		StringBuilder text = new StringBuilder(
				"""
						| round | contender | requests/s | / arena | CPU us | / arena | slowest ms | / arena | p99.9 ms | over 1 s | stuck |
						|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
						""");
		for (int i = 0; i < rounds.size(); i++) {
			Outcome rival = outcome(rounds.get(i), RIVAL);
			for (Map.Entry<Scratch, Outcome> entry : rounds.get(i).entrySet()) {
				Outcome outcome = entry.getValue();
				text.append(String.format(Locale.ROOT,
						"| %d | %s | %.0f | %.2f | %.1f | %.2f | %.1f | %.2f | %.1f | %d | %d |\n", i + 1,
						entry.getKey(), outcome.perSecond(), outcome.perSecond() / rival.perSecond(),
						outcome.cpuMicrosPerRequest(), outcome.cpuMicrosPerRequest() / rival.cpuMicrosPerRequest(),
						outcome.slowestMillis(), outcome.slowestMillis() / rival.slowestMillis(), outcome.p999Millis(),
						outcome.late(), outcome.stuck()));
			}
		}
		return text.toString();
	}

	/**
	 * Returns the scores for the report. Of the rounds the one counts whose ratio to the
	 * arena is worse, and the arena of that round is put beside it.
	 */
	static List<Score> scores(List<Map<Scratch, Outcome>> rounds) {
		List<Score> scores = new ArrayList<>();
		for (Scratch scratch : EnumSet.complementOf(EnumSet.of(RIVAL))) {
			scores.addAll(worse(rounds, scratch, SLOWEST, Outcome::slowestMillis, "ms"));
			scores.addAll(worse(rounds, scratch, P999, Outcome::p999Millis, "ms"));
			scores.addAll(worse(rounds, scratch, TIME, Outcome::microsPerRequest, "us/request"));
			scores.addAll(worse(rounds, scratch, CPU, Outcome::cpuMicrosPerRequest, "us/request"));
		}
		return scores;
	}

	/**
	 * Returns the name that a score of a kind of memory has.
	 */
	static String workload(Scratch scratch, String measure) {
		return "RequestScratch." + scratch.label() + "." + measure;
	}

	private static List<Score> worse(List<Map<Scratch, Outcome>> rounds, Scratch scratch, String measure,
			ToDoubleFunction<Outcome> value, String unit) {
		Map<Scratch, Outcome> worse = rounds.stream()
			.max(Comparator.comparingDouble((round) -> value.applyAsDouble(outcome(round, scratch))
					/ value.applyAsDouble(outcome(round, RIVAL))))
			.orElseThrow();
		String workload = workload(scratch, measure);
		return List.of(new Score(workload, scratch.contender(), value.applyAsDouble(outcome(worse, scratch)), unit),
				new Score(workload, RIVAL.contender(), value.applyAsDouble(outcome(worse, RIVAL)), unit));
	}

	private static Outcome outcome(Map<Scratch, Outcome> round, Scratch scratch) {
		return Objects.requireNonNull(round.get(scratch));
	}

}
