package io.freehold.benchmarks;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.freehold.benchmarks.contender.Contender;

import org.openjdk.jmh.annotations.Param;

/**
 * Workloads with the same contenders, which are those that the parameter of the workload
 * names, or all if it names none.
 *
 * @param contenders the contenders
 * @param workloads the workloads
 */
record Roster(List<Contender> contenders, List<Class<? extends Workload>> workloads) {

	private static final List<Class<? extends Workload>> ALL = List.of(HotPair.class, Churn.class, HandOver.class,
			Succession.class, VirtualThreads.class, RegionLife.class);

	/** The benchmarks that have no contenders. */
	private static final String ALONE = Roster.class.getPackageName() + ".spring.";

	static List<Roster> all() {
		Map<List<Contender>, List<Class<? extends Workload>>> rosters = new LinkedHashMap<>();
		for (Class<? extends Workload> workload : ALL) {
			rosters.merge(contenders(workload), List.of(workload), Roster::plus);
		}
		return rosters.entrySet().stream().map((roster) -> new Roster(roster.getKey(), roster.getValue())).toList();
	}

	private static List<Class<? extends Workload>> plus(List<Class<? extends Workload>> some,
			List<Class<? extends Workload>> more) {
		return Stream.concat(some.stream(), more.stream()).toList();
	}

	private static List<Contender> contenders(Class<? extends Workload> workload) {
		try {
			String[] names = workload.getField("contender").getAnnotation(Param.class).value();
			return names[0].equals(Param.BLANK_ARGS) ? List.of(Contender.values())
					: Arrays.stream(names).map(Contender::valueOf).toList();
		}
		catch (NoSuchFieldException ex) {
			throw new AssertionError(ex);
		}
	}

	/** Returns patterns for all benchmarks but those of the workloads. */
	List<String> others() {
		return Stream
			.concat(Stream.of(Pattern.quote(ALONE)),
					patterns(ALL.stream().filter((workload) -> !this.workloads.contains(workload))))
			.toList();
	}

	/** Returns patterns for all benchmarks that have contenders. */
	static List<String> contested() {
		return patterns(ALL.stream()).toList();
	}

	private static Stream<String> patterns(Stream<Class<? extends Workload>> workloads) {
		return workloads.map((workload) -> Pattern.quote(workload.getName() + "."));
	}

}
